"""What a training leaves beside its weights."""

import csv
import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

import yaml

from .. import __file__ as package_file
from .. import __version__

OF_THE_RUN = ("out", "resume", "plot", "tensorboard")


class RunDirectory:
    """The folder of a training: settings, versions, data hashes, logs and metrics stand beside the model.

    `settings.yaml` is read by `--config`, `run.json` says what ran on what, `log.csv` holds a line for each epoch,
    `metrics.json` the figures at the end.

    Args:
        path: A folder that does not exist yet or is empty.
        resume: The folder may hold a training that was broken off, which goes on.

    Raises:
        ValueError: There is something else in it, or a training that reached its end.

    Example:

    >>> run = RunDirectory("runs/first")
    >>> _ = Path("pairs.txt").write_text("小李来了")
    >>> run.begin({"epochs": 3}, ["pairs.txt"])
    >>> RunDirectory("runs/first", resume=True).begin({"epochs": 4}, ["pairs.txt"])
    Traceback (most recent call last):
        ...
    ValueError: runs/first: expected the settings that the training began with. Received: epochs 4 in place of 3.
    >>> run.end({"loss": 0.5})
    >>> sorted(file.name for file in run.path.iterdir()), run.facts()["data"]["pairs.txt"][:12]
    (['metrics.json', 'run.json', 'settings.yaml'], '709300129477')
    """

    def __init__(self, path: str | PathLike, resume: bool = False):
        self.path = Path(path)
        self.log = self.path / "log.csv"
        self.plot = self.path / "training.svg"
        self.tensorboard = self.path / "tensorboard"
        self.backup = self.path / "backup"
        self.resumes = resume and (self.path / "run.json").is_file()
        if self.resumes and (self.path / "metrics.json").exists():
            raise ValueError(f"{self.path}: expected a training that was broken off. Received: one that ended.")
        begun = {"settings.yaml", "run.json.part"} if resume else set()
        if self.path.exists() and not self.resumes and not (self.path.is_dir() and set(os.listdir(self.path)) <= begun):
            raise ValueError(f"{self.path}: expected a folder that is empty or not there yet. Received: one in use.")

    def begin(self, settings: Mapping[str, Any], files: Iterable[str | PathLike]) -> None:
        """Makes the folder and writes down what runs on which data files; holds a training that goes on to it."""
        data = {str(file): _sha256(file) for file in files}
        if self.resumes:
            self._compare(settings, data)
            return
        self.path.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(dict(settings), allow_unicode=True, sort_keys=False)
        (self.path / "settings.yaml").write_text(text, encoding="utf-8")
        self._write("run.json", {"command": sys.argv, "versions": _versions(), "data": data})

    def end(self, metrics: Mapping[str, float]) -> None:
        """Writes the metrics."""
        self._write("metrics.json", dict(metrics))

    def facts(self) -> dict[str, Any]:
        """What `begin` wrote of the command, the versions and the data."""
        return json.loads((self.path / "run.json").read_text(encoding="utf-8"))

    def history(self) -> dict[str, list[float]]:
        """The columns of log.csv; none where no epoch ended, and none of those that Keras fills with NA."""
        columns = [(name, values) for name, *values in zip(*self._rows(), strict=True) if "NA" not in values]
        return {name: [float(value) for value in values] for name, values in columns}

    def keep_epochs(self, number: int) -> None:
        """Cuts log.csv after that many epochs, for a training that goes on from there."""
        rows = self._rows()[: number + 1 if number else 0]
        if rows or self.log.exists():
            with self.log.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)

    def _rows(self) -> list[list[str]]:
        if not self.log.exists():
            return []
        with self.log.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def _compare(self, settings: Mapping[str, Any], data: Mapping[str, str]) -> None:
        began = yaml.safe_load((self.path / "settings.yaml").read_text(encoding="utf-8"))
        for name, value in settings.items():
            if name not in OF_THE_RUN and value != began.get(name):
                raise ValueError(
                    f"{self.path}: expected the settings that the training began with. "
                    f"Received: {name} {value} in place of {began.get(name)}."
                )
        for file, digest in self.facts()["data"].items():
            if data.get(file) != digest:
                raise ValueError(f"{file}: expected the data that the training began with. Received: other data.")

    def _write(self, name: str, content: dict[str, Any]) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=2)
        part = self.path / f"{name}.part"
        part.write_text(text + "\n", encoding="utf-8")
        os.replace(part, self.path / name)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "textzoo": __version__}
    found |= {package: version(package) for package in ("tensorflow", "keras", "numpy")}
    checkout = Path(package_file).resolve().parent.parent
    if (checkout / ".git").exists():
        git = subprocess.run(["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True)
        if git.returncode == 0:
            found["commit"] = git.stdout.strip()
    return found


def _sha256(file: str | PathLike) -> str:
    """The hash of a file, or of a folder's: their paths and hashes in order."""
    if os.path.isdir(file):
        folder = Path(file)
        files = [path for path in folder.rglob("*") if path.is_file()]
        parts = [f"{path.relative_to(folder).as_posix()} {_sha256(path)}\n" for path in files]
        return hashlib.sha256("".join(sorted(parts)).encode()).hexdigest()
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
