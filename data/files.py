"""Atomic writes and hashes of files."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


def write_atomically(path: str | os.PathLike, content: str | bytes) -> None:
    """Writes a file so that a reader sees the old content or the new, never half of it.

    The content goes to a file of the same name plus ".part" in the same folder, which then replaces `path`. A device or
    pipe such as `/dev/stdout` is written directly.

    Args:
        path: The file. Its folder exists.
        content: Bytes, or a text that is written as UTF-8 with its line ends as they are.

    Raises:
        OSError: As `replaced_file`.

    Example:

    >>> write_atomically("metrics.json", "{}\\n")
    >>> Path("metrics.json").read_text()
    '{}\\n'
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if os.path.exists(path) and not os.path.isfile(path):
        with name_os_error(path), open(path, "wb") as file:
            file.write(data)
        return
    with replaced_file(path) as part:
        part.write_bytes(data)


@contextlib.contextmanager
def replaced_file(path: str | os.PathLike) -> Iterator[Path]:
    """Yields the path at which to write the new content of a file, which it replaces at the end.

    After an error the old content stays and nothing else.

    Args:
        path: The file. Its folder exists.

    Raises:
        OSError: The file cannot be written. The error names it, also on a full disk.

    Example:

    >>> with replaced_file("names.txt") as part:
    ...     _ = part.write_text("小李")
    >>> Path("names.txt").read_text()
    '小李'
    """
    part = Path(f"{os.fspath(path)}.part")
    try:
        with name_os_error(path, over=part):
            yield part
            os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


@contextlib.contextmanager
def name_os_error(path: str | os.PathLike, *, over: str | os.PathLike | None = None) -> Iterator[None]:
    """Adds the name of a file to an `OSError` without one, such as that of a write to a full disk.

    Args:
        path: The file or folder.
        over: Name that it replaces.
    """
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename in (None, None if over is None else os.fspath(over)):
            error.filename = os.fspath(path)
            del error.filename2  # the target of a failed `os.replace`
        raise


def is_pipe(path: str | os.PathLike) -> bool:
    """Returns whether a path is a pipe or a device, whose content can be read only once."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def sha256_file(path: str | os.PathLike) -> str:
    """Returns the SHA-256 digest of a file or of a folder, in hexadecimal.

    The digest of a folder covers the relative paths and the digests of all files under it, in sorted order.

    Args:
        path: A file or a folder.

    Returns:
        64 hexadecimal digits.

    Example:

    >>> _ = Path("pairs.txt").write_text("小李来了")
    >>> sha256_file("pairs.txt")[:12]
    '709300129477'
    """
    if os.path.isdir(path):
        folder = Path(path)
        files = [file for file in folder.rglob("*") if file.is_file()]
        lines = [f"{file.relative_to(folder).as_posix()} {sha256_file(file)}\n" for file in files]
        return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
