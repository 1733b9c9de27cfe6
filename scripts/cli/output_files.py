"""Where a command may write."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any


def require_new_path(path: str | None, resume: bool = False) -> None:
    """ValueError where there is something at the path already, or no folder for it; None is standard output.

    With `resume` a file that is there is what the run goes on with.
    """
    if resume and path is not None and Path(path).is_file():
        return
    if path is not None and Path(path).exists():
        raise ValueError(f"{path}: expected a file that is not there yet. Received: one that is.")
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise ValueError(f"{path}: expected a folder to write in. Received: none of that name.")


def lock_exclusive(file: IO, path: str) -> None:
    """Locks an open file until it is closed, or its process ends in whatever way.

    Raises:
        ValueError: Another run has it.
    """
    try:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
    except OSError:
        raise ValueError(f"{path}: expected no other run that writes it. Received: one that does.") from None


def write_text_file(path: str, text: str) -> None:
    """Writes a file; where that fails, OSError names it, which `write` alone does not on a full disk."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        error.filename = error.filename or path
        raise


class ResumableOutput:
    """A file with a note beside it, `OUT.progress`, of how far it is whole and what makes it.

    What a killed run wrote after its last note is cut off, so that nothing is lost and nothing stands twice; the note
    goes away with `end`.

    Args:
        path: The file.
        about: What the run is made of: settings, and hashes of files.
        resume: Go on with a file that was broken off; a new one where there is none.

    Raises:
        ValueError: Another run writes the file, it is whole, or something in `about` is other than it was.
    """

    def __init__(self, path: str, about: Mapping[str, Any], resume: bool = False):
        self.path = path
        self.about = dict(about)
        self.done: dict[str, Any] = {"records": 0, "bytes": 0, "rejected": []}
        self._note = Path(f"{path}.progress")
        resumes = resume and Path(path).exists()
        self._file = open(path, "r+b" if resumes else "xb")
        try:
            lock_exclusive(self._file, path)
            if resumes and os.path.getsize(path):
                self._go_on()
            else:
                self._write_note()
        except ValueError:
            self._file.close()
            raise

    def __enter__(self) -> "ResumableOutput":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        """Writes, whole before it returns."""
        try:
            self._file.write(text.encode("utf-8"))
            self._file.flush()
        except OSError as error:
            raise OSError(error.errno, error.strerror, self.path) from None

    def mark(self, records: int, rejected: list[str]) -> None:
        """Notes that all is whole after so many more records."""
        self.done = {"records": self.done["records"] + records, "bytes": self._file.tell(), "rejected": rejected}
        self._write_note()

    def end(self) -> None:
        """The file is whole."""
        self._note.unlink()

    def _go_on(self) -> None:
        if not self._note.exists():
            raise ValueError(f"{self.path}: expected a file that was broken off. Received: a whole one.")
        note = json.loads(self._note.read_text(encoding="utf-8"))
        for name, value in self.about.items():
            if note["about"].get(name) != value:
                raise ValueError(
                    f"{self.path}: expected the {name} that it began with, to go on. "
                    f"Received: {value} in place of {note['about'].get(name)}."
                )
        self.done = note["done"]
        self._file.truncate(self.done["bytes"])
        self._file.seek(self.done["bytes"])

    def _write_note(self) -> None:
        part = Path(f"{self._note}.part")
        part.write_text(json.dumps({"about": self.about, "done": self.done}, ensure_ascii=False), encoding="utf-8")
        os.replace(part, self._note)
