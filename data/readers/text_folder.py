"""Text files of a folder."""

import os
import warnings
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from .invalid_record_error import InvalidRecordError
from .text_file import file_suffix

DOCUMENTS = {".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".ppt", ".pptx", ".xls", ".xlsx"}
"""Suffixes of documents that are not read, though their owner may expect it."""


def text_folder(folder: Path, suffixes: Collection[str]) -> Iterator[Path | InvalidRecordError]:
    """Yields the files below a folder whose names end in one of the suffixes, in the order of their paths.

    A suffix counts in capitals too, and before `.gz`, `.bz2` or `.xz`, as in `file_suffix`.
    A link to nothing, a pipe or a device of such a name is yielded as an error. A folder of such a name is a folder.
    Documents of other programs, such as PDF, are left out with a warning.

    Raises:
        OSError: A folder cannot be read.

    Example:

    >>> Path("corpus/2024.txt").mkdir(parents=True)
    >>> _ = Path("corpus/2024.txt/may.txt").write_text("text")
    >>> [file.as_posix() for file in text_folder(Path("corpus"), [".txt"])]
    ['corpus/2024.txt/may.txt']
    """

    def stop(error: OSError) -> None:
        raise error

    files, left_out = [], Counter()
    for parent, _, names in os.walk(folder, onerror=stop):
        files += [Path(parent, name) for name in names if file_suffix(name) in suffixes]
        left_out.update(suffix for name in names if (suffix := Path(name).suffix.lower()) in DOCUMENTS)
    if left_out:
        counts = ", ".join(f"{suffix} {count}" for suffix, count in sorted(left_out.items()))
        message = f"{folder}: {left_out.total()} files are not read ({counts}); convert them to text or HTML first"
        warnings.warn(message, stacklevel=2)
    for file in sorted(files):
        if file.is_file():
            yield file
        else:
            received = "a link to nothing" if file.is_symlink() else "a pipe or device"
            yield InvalidRecordError(str(file), "a file", received=received)
