"""Folder of a training run: settings, versions, data hashes, logs and metrics beside the model."""

import contextlib
import csv
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

import yaml

from .. import __file__ as package_file
from .. import __version__
from ..data.files import is_pipe, replaced_file, sha256_file, write_atomically
from ..data.read_settings import read_settings
from ..data.writer_lock import FOLDER_LOCK, WriterLock, is_free_folder
from .device_config import PROCESS_SETTINGS, DeviceConfig
from .processes import check_same_on_hosts, on_rank_0

PIPE = "pipe"  # data that is gone once it has been read
# Settings that may change when a run is resumed.
RUN_SETTINGS = ("out", "resume", "plot", "tensorboard", *(field.name for field in fields(DeviceConfig)))
# Files of a run that was interrupted in `begin`.
FILES_OF_BEGIN = {FOLDER_LOCK, "settings.yaml", "settings.yaml.part", "run.json.part"}


class RunDirectory:
    """Folder of a training run.

    `settings.yaml` holds the settings, which `--config` reads, without the rank and the coordinator of one process.
    `run.json` holds the command, the versions and the data hashes. `log.csv` has a row per epoch. `metrics.json` holds
    the final metrics. From `begin` to `end` or `close` no other run can use the folder; the end of a `with` statement
    closes it too. Of several processes, that of rank 0 uses the folder.

    Args:
        path: A folder that is new or empty.
        resume: Whether the folder may hold an interrupted run, which is resumed.

    Raises:
        ValueError: The folder holds other files, a finished run, or one that is still running.

    Example:

    >>> _ = Path("pairs.txt").write_text("小李来了")
    >>> with RunDirectory("runs/first") as run:  # interrupted before its end
    ...     run.begin({"epochs": 3}, ["pairs.txt"])
    >>> run = RunDirectory("runs/first", resume=True)
    >>> run.begin({"epochs": 4}, ["pairs.txt"])
    Traceback (most recent call last):
        ...
    ValueError: runs/first: expected the settings of the interrupted run, epochs=3. Received: epochs=4; ...
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
        self._resume = resume
        self._lock: WriterLock | None = None
        self.is_resumed: bool = on_rank_0(self._check_usable)

    def __enter__(self) -> "RunDirectory":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _check_usable(self) -> bool:
        """Returns whether a run is resumed."""
        is_resumed = self._resume and (self.path / "run.json").is_file()
        if is_resumed and (self.path / "metrics.json").exists():
            raise ValueError(
                f"{self.path}: this run has already finished; nothing to resume (to train further, pass "
                f"--checkpoint {self.path} and a new --out)"
            )
        if is_resumed or is_free_folder(self.path):
            return is_resumed
        if not (self._resume and self.path.is_dir() and set(os.listdir(self.path)) <= FILES_OF_BEGIN):
            raise ValueError(f"{self.path} is not empty; choose a new or empty folder.")
        return False

    def begin(self, settings: Mapping[str, Any], files: Iterable[str | PathLike]) -> None:
        """Locks the folder and writes settings.yaml and run.json, or checks that a resumed run has the same.

        Args:
            settings: The settings of the run.
            files: The data files or folders.

        Raises:
            ValueError: The settings or the data of a resumed run differ, another run has the folder, or the data differ
                between hosts.
        """
        data = {str(file): PIPE if is_pipe(file) else sha256_file(file) for file in files}
        check_same_on_hosts({f"file {number}": digest for number, digest in enumerate(data.values(), 1)})
        on_rank_0(lambda: self._begin(settings, data))

    def _begin(self, settings: Mapping[str, Any], data: Mapping[str, str]) -> None:
        with contextlib.ExitStack() as on_error:
            on_error.callback(self.close)
            if self._lock is None:
                self.path.mkdir(parents=True, exist_ok=True)
                self._lock = WriterLock(self.path)
                self.is_resumed = self._check_usable()  # another run may have begun or finished since
            if self.is_resumed:
                self._check_unchanged(settings, data)
            else:
                recorded = {name: value for name, value in settings.items() if name not in PROCESS_SETTINGS}
                text = yaml.safe_dump(recorded, allow_unicode=True, sort_keys=False)
                write_atomically(self.path / "settings.yaml", text)
                self._write_json("run.json", {"command": sys.argv, "versions": _versions(), "data": data})
            on_error.pop_all()

    def end(self, metrics: Mapping[str, float]) -> None:
        """Writes metrics.json, which marks the run as finished, and closes the folder."""
        on_rank_0(lambda: self._write_json("metrics.json", dict(metrics)))
        self.close()

    def close(self) -> None:
        """Leaves the folder to other runs, which may resume this one."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def run_info(self) -> dict[str, Any]:
        """Returns the content of run.json: `"command"`, `"versions"` and `"data"`."""
        path = self.path / "run.json"
        try:
            info = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            info = None
        if not isinstance(info, dict) or not all(isinstance(info.get(name), dict) for name in ("versions", "data")):
            raise ValueError(f"{path} is damaged; choose another folder for the run")
        return info

    def history(self) -> dict[str, list[float]]:
        """Returns the columns of log.csv, except those with NA. Empty before the end of the first epoch."""
        columns = [(name, values) for name, *values in zip(*on_rank_0(self._rows), strict=True) if "NA" not in values]
        return {name: [float(value) for value in values] for name, values in columns}

    def truncate_log(self, num_epochs: int) -> None:
        """Cuts log.csv after a number of epochs, from which the run is resumed."""
        on_rank_0(lambda: self._truncate_log(num_epochs))

    def _truncate_log(self, num_epochs: int) -> None:
        rows = self._rows()[: num_epochs + 1 if num_epochs else 0]
        if rows or self.log.exists():
            with replaced_file(self.log) as part, part.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)

    def _rows(self) -> list[list[str]]:
        if not self.log.exists():
            return []
        with self.log.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def _check_unchanged(self, settings: Mapping[str, Any], data: Mapping[str, str]) -> None:
        original, info = read_settings(self.path / "settings.yaml"), self.run_info()
        began_with = info["versions"].get("textzoo")
        if began_with != __version__:
            raise ValueError(
                f"{self.path}: expected textzoo {began_with}, which began this run. Received: textzoo {__version__}; "
                f"install that version or choose another folder"
            )
        for name, value in settings.items():
            if name not in RUN_SETTINGS and value != original.get(name):
                raise ValueError(
                    f"{self.path}: expected the settings of the interrupted run, {name}={original.get(name)}. "
                    f"Received: {name}={value}; pass the same settings or choose another folder"
                )
        for file, digest in info["data"].items():
            if digest == PIPE:
                raise ValueError(f"{file}: this pipe cannot be read again; start a new training on a file")
            if data.get(file) != digest:
                raise ValueError(
                    f"{file}: expected the data of the interrupted run. Received: other data; restore the file or "
                    "choose another folder for the run"
                )

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
