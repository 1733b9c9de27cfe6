"""Output files of commands: new paths, and files that a killed run can continue."""

import contextlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textzoo import __version__

SHA_256 = re.compile("[0-9a-f]{64}")
DONE = {"records": int, "bytes": int, "rejected": list}


def write_text_file(path: str, text: str) -> None:
    """Writes a UTF-8 file atomically. An `OSError` names the file, also on a full disk."""
    from textzoo.data.files import write_atomically

    write_atomically(path, text)


class ResumableOutput:
    """An output file that a killed run can continue without losing or repeating a record.

    A progress file beside it, `OUT.progress`, holds the number of complete records and the run's fingerprint. On
    resuming, text written after the last `mark` is cut off. `end` deletes the progress file.

    Args:
        path: The output file.
        fingerprint: Everything that determines the output, such as settings and hashes of files. Its values are JSON.
        resume: Whether to continue an existing file. If there is none, a new one begins.

    Attributes:
        done: Complete `records`, their `bytes`, and the messages of `rejected` records.

    Raises:
        FileExistsError: The file exists and `resume` is False.
        ValueError: Another run is writing the file, it is complete, or the fingerprint differs.
    """

    def __init__(self, path: str, fingerprint: Mapping[str, Any], *, resume: bool = False):
        from textzoo.data.writer_lock import WriterLock

        self.path = path
        self.fingerprint = dict(fingerprint) | {"textzoo": __version__}
        self.done: dict[str, Any] = {"records": 0, "bytes": 0, "rejected": []}
        self._progress_file = Path(f"{path}.progress")
        with contextlib.ExitStack() as stack:
            stack.enter_context(WriterLock(path))
            resumes = resume and Path(path).exists()
            self._file = stack.enter_context(open(path, "r+b" if resumes else "xb", buffering=0))
            if resumes and os.path.getsize(path):
                self._continue()
            else:
                self._write_progress()
            self._stack = stack.pop_all()

    def __enter__(self) -> "ResumableOutput":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def write(self, text: str) -> None:
        """Writes a text. An `OSError` names the file."""
        from textzoo.data.files import name_os_error

        data = text.encode("utf-8")
        with name_os_error(self.path):
            while data:
                data = data[self._file.write(data) :]

    def mark(self, records: int, rejected: list[str]) -> None:
        """Records that everything written so far is complete.

        Args:
            records: Number of records since the last mark.
            rejected: Messages of all rejected records so far.
        """
        self.done = {"records": self.done["records"] + records, "bytes": self._file.tell(), "rejected": rejected}
        self._write_progress()

    def end(self) -> None:
        """Declares the file complete."""
        self._progress_file.unlink()

    def _continue(self) -> None:
        """Checks the fingerprint of the progress file and cuts off the text after the last mark."""
        if not self._progress_file.exists():
            raise ValueError(
                f"{self.path}: this run has already finished; nothing to resume (to run again, choose another --out)"
            )
        began_with, done = self._read_progress()
        for name, value in self.fingerprint.items():
            if began_with.get(name) != value:
                if SHA_256.fullmatch(str(value)):
                    raise ValueError(
                        f"{self.path}: cannot resume with another {name}: its content has changed since the run began; "
                        f"choose another --out, or delete {self.path} and {self._progress_file}"
                    )
                raise ValueError(
                    f"{self.path}: cannot resume with another {name}. Expected: {began_with.get(name)}. Received: "
                    f"{value}; use the same or choose another --out"
                )
        if os.path.getsize(self.path) < done["bytes"]:
            raise ValueError(
                f"{self.path}: expected at least {done['bytes']} bytes, written before the interruption. Received: "
                f"{os.path.getsize(self.path)}; choose another --out"
            )
        self.done = done
        self._file.truncate(self.done["bytes"])
        self._file.seek(self.done["bytes"])

    def _read_progress(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Returns the fingerprint and what is done."""
        try:
            progress = json.loads(self._progress_file.read_text(encoding="utf-8"))
            fingerprint, done = dict(progress["fingerprint"]), progress["done"]
            if all(isinstance(done[name], kind) for name, kind in DONE.items()):
                return fingerprint, done
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        raise ValueError(f"{self._progress_file} is damaged; delete it and {self.path}, or choose another --out")

    def _write_progress(self) -> None:
        from textzoo.data.files import write_atomically

        progress = {"fingerprint": self.fingerprint, "done": self.done}
        write_atomically(self._progress_file, json.dumps(progress, ensure_ascii=False))


def write_batch(text: str, out: ResumableOutput | None, *, num_records: int) -> None:
    """Writes the results of some records to a file, or prints them at once if there is none."""
    if out is None:
        print(text, end="", flush=True)
        return
    out.write(text)
    out.mark(num_records, [])
