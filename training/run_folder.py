"""What a training leaves beside its weights."""

import hashlib
import json
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


class RunFolder:
    """The folder of a training: settings, versions, data hashes, logs and metrics stand beside the model.

    `settings.yaml` is read by `--config`, `run.json` says what ran on what, `log.csv` holds a line for each epoch,
    `metrics.json` the figures at the end.

    Args:
        path: A folder that does not exist yet or is empty.

    Raises:
        ValueError: There is something in it.

    Example:

    >>> run = RunFolder("runs/first")
    >>> _ = Path("pairs.txt").write_text("小李来了")
    >>> run.begin({"epochs": 3}, ["pairs.txt"])
    >>> run.end({"loss": 0.5})
    >>> sorted(file.name for file in run.path.iterdir()), run.facts()["data"]["pairs.txt"][:12]
    (['metrics.json', 'run.json', 'settings.yaml'], '709300129477')
    """

    def __init__(self, path: str | PathLike):
        self.path = Path(path)
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise ValueError(f"{self.path}: expected a folder that is empty or not there yet. Received: one in use.")
        self.log = self.path / "log.csv"
        self.plot = self.path / "training.svg"
        self.tensorboard = self.path / "tensorboard"

    def begin(self, settings: Mapping[str, Any], files: Iterable[str | PathLike]) -> None:
        """Makes the folder and writes down what runs on which data files."""
        self.path.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(dict(settings), allow_unicode=True, sort_keys=False)
        (self.path / "settings.yaml").write_text(text, encoding="utf-8")
        data = {str(file): _sha256(file) for file in files}
        self._write("run.json", {"command": sys.argv, "versions": _versions(), "data": data})

    def end(self, metrics: Mapping[str, float]) -> None:
        """Writes the metrics."""
        self._write("metrics.json", dict(metrics))

    def facts(self) -> dict[str, Any]:
        """What `begin` wrote of the command, the versions and the data."""
        return json.loads((self.path / "run.json").read_text(encoding="utf-8"))

    def _write(self, name: str, content: dict[str, Any]) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=2)
        (self.path / name).write_text(text + "\n", encoding="utf-8")


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
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
