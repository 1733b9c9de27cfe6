"""Text files of a folder."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from .invalid_record_error import InvalidRecordError


def text_folder(folder: Path, suffixes: Collection[str]) -> Iterator[Path | InvalidRecordError]:
    """Yields the files below a folder whose names end in one of the suffixes, in the order of their paths.

    A link to nothing, a pipe or a device of such a name is yielded as an error. A folder of such a name is a folder.

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

    files = []
    for parent, _, names in os.walk(folder, onerror=stop):
        files += [Path(parent, name) for name in names if Path(name).suffix in suffixes]
    for file in sorted(files):
        if file.is_file():
            yield file
        else:
            received = "a link to nothing" if file.is_symlink() else "a pipe or device"
            yield InvalidRecordError(str(file), "a file", received=received)
