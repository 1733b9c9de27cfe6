"""A file that a run writes piece by piece and that another run goes on with."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textzoo.scripts.only_writer import only_writer


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
            only_writer(self._file, path)
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
