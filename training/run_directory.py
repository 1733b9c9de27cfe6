"""Folder of a training run: settings, versions, data hashes, logs and metrics beside the model."""

import csv
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
from ..data.files import sha256_file, write_atomically

# Settings that may change when a run is resumed.
RUN_SETTINGS = ("out", "resume", "plot", "tensorboard")


class RunDirectory:
    """Folder of a training run.

    `settings.yaml` holds the settings, which `--config` reads. `run.json` holds the command, the versions and the data
    hashes. `log.csv` has a row per epoch. `metrics.json` holds the final metrics.

    Args:
        path: A folder that is new or empty.
        resume: Whether the folder may hold an interrupted run, which is resumed.

    Raises:
        ValueError: The folder holds other files, or a finished run.

    Example:

    >>> run = RunDirectory("runs/first")
    >>> _ = Path("pairs.txt").write_text("小李来了")
    >>> run.begin({"epochs": 3}, ["pairs.txt"])
    >>> RunDirectory("runs/first", resume=True).begin({"epochs": 4}, ["pairs.txt"])
    Traceback (most recent call last):
        ...
    ValueError: runs/first: expected the settings of the interrupted run, epochs=3. Received: epochs=4.
    >>> run.end({"loss": 0.5})
    >>> sorted(file.name for file in run.path.iterdir()), run.run_info()["data"]["pairs.txt"][:12]
    (['metrics.json', 'run.json', 'settings.yaml'], '709300129477')
    """

    def __init__(self, path: str | PathLike, resume: bool = False):
        self.path = Path(path)
        self.log = self.path / "log.csv"
        self.plot = self.path / "training.svg"
        self.tensorboard = self.path / "tensorboard"
        self.backup = self.path / "backup"
        self.is_resumed = resume and (self.path / "run.json").is_file()
        if self.is_resumed and (self.path / "metrics.json").exists():
            raise ValueError(f"{self.path}: this run has already finished; nothing to resume.")
        # Files of a run that was interrupted in `begin`.
        allowed = {"settings.yaml", "settings.yaml.part", "run.json.part"} if resume else set()
        is_free = not self.path.exists() or (self.path.is_dir() and set(os.listdir(self.path)) <= allowed)
        if not self.is_resumed and not is_free:
            raise ValueError(f"{self.path} is in use; choose a new or empty folder.")

    def begin(self, settings: Mapping[str, Any], files: Iterable[str | PathLike]) -> None:
        """Writes settings.yaml and run.json, or checks that a resumed run has the same settings and data.

        Args:
            settings: The settings of the run.
            files: The data files or folders.

        Raises:
            ValueError: The settings or the data of a resumed run differ.
        """
        data = {str(file): sha256_file(file) for file in files}
        if self.is_resumed:
            self._check_unchanged(settings, data)
            return
        self.path.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(dict(settings), allow_unicode=True, sort_keys=False)
        write_atomically(self.path / "settings.yaml", text)
        self._write_json("run.json", {"command": sys.argv, "versions": _versions(), "data": data})

    def end(self, metrics: Mapping[str, float]) -> None:
        """Writes metrics.json, which marks the run as finished."""
        self._write_json("metrics.json", dict(metrics))

    def run_info(self) -> dict[str, Any]:
        """Returns the content of run.json: `"command"`, `"versions"` and `"data"`."""
        return json.loads((self.path / "run.json").read_text(encoding="utf-8"))

    def history(self) -> dict[str, list[float]]:
        """Returns the columns of log.csv, except those with NA. Empty before the end of the first epoch."""
        columns = [(name, values) for name, *values in zip(*self._rows(), strict=True) if "NA" not in values]
        return {name: [float(value) for value in values] for name, values in columns}

    def truncate_log(self, num_epochs: int) -> None:
        """Cuts log.csv after a number of epochs, from which the run is resumed."""
        rows = self._rows()[: num_epochs + 1 if num_epochs else 0]
        if rows or self.log.exists():
            with self.log.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)

    def _rows(self) -> list[list[str]]:
        if not self.log.exists():
            return []
        with self.log.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def _check_unchanged(self, settings: Mapping[str, Any], data: Mapping[str, str]) -> None:
        original = yaml.safe_load((self.path / "settings.yaml").read_text(encoding="utf-8"))
        for name, value in settings.items():
            if name not in RUN_SETTINGS and value != original.get(name):
                raise ValueError(
                    f"{self.path}: expected the settings of the interrupted run, {name}={original.get(name)}. "
                    f"Received: {name}={value}."
                )
        for file, digest in self.run_info()["data"].items():
            if data.get(file) != digest:
                raise ValueError(f"{file}: expected the data of the interrupted run. Received: other data.")

    def _write_json(self, name: str, content: dict[str, Any]) -> None:
        write_atomically(self.path / name, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version(), "textzoo": __version__}
    versions |= {package: version(package) for package in ("tensorflow", "keras", "numpy")}
    checkout = Path(package_file).resolve().parent.parent
    if (checkout / ".git").exists():
        git = subprocess.run(["git", "-C", str(checkout), "rev-parse", "HEAD"], capture_output=True, text=True)
        if git.returncode == 0:
            versions["commit"] = git.stdout.strip()
    return versions
