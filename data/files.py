"""Atomic writes and hashes of files."""

import contextlib
import hashlib
import os
from pathlib import Path


def write_atomically(path: str | os.PathLike, content: str | bytes) -> None:
    """Writes a file so that a reader sees the old content or the new, never half of it.

    The content goes to a file of the same name plus ".part" in the same folder, which then replaces `path`. A device or
    pipe such as `/dev/stdout` is written directly.

    Args:
        path: The file. Its folder exists.
        content: Bytes, or a text that is written as UTF-8 with its line ends as they are.

    Example:

    >>> write_atomically("metrics.json", "{}\\n")
    >>> Path("metrics.json").read_text()
    '{}\\n'
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as file:
            file.write(data)
        return
    part = f"{os.fspath(path)}.part"
    try:
        with open(part, "wb") as file:
            file.write(data)
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.remove(part)
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
