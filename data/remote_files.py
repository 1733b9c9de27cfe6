"""Files at addresses such as `s3://bucket/texts.jsonl`, by fsspec where it is installed."""

import hashlib
import re
from os import PathLike
from typing import IO, Any

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_WITHOUT_FOLDERS = {"http", "https"}


def is_remote(path: str | PathLike) -> bool:
    """Returns whether a path is an address with a protocol.

    Example:

    >>> is_remote("s3://bucket/texts.jsonl"), is_remote("texts.jsonl"), is_remote("c:/texts.jsonl")
    (True, False, False)
    """
    return _ADDRESS.match(str(path)) is not None


def remote_store(address: str) -> tuple[Any, str]:
    """Returns the fsspec file system of an address, and the path in it.

    Raises:
        ValueError: fsspec or the package of the protocol is missing, or the protocol is unknown.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise ValueError(f"{address}: a remote path needs fsspec; run pip install fsspec") from None
    try:
        return url_to_fs(address)
    except Exception as error:  # each store's client has errors of its own
        raise ValueError(f"{address}: cannot be opened: {error}") from None


def open_binary(path: str | PathLike) -> IO[bytes]:
    """Opens a local or a remote file for reading.

    Raises:
        OSError: A local file cannot be opened.
        ValueError: A remote file does not exist or cannot be opened.
    """
    if not is_remote(path):
        return open(path, "rb")
    store, name = remote_store(str(path))
    try:
        return store.open(name, "rb")
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file; check the address") from None
    except Exception as error:
        raise ValueError(f"{path}: cannot be opened: {error}") from None


def list_remote_folder(address: str) -> list[str] | None:
    """Returns the relative paths of all files below a remote folder, sorted; None if the address is no folder.

    Example:

    >>> import fsspec
    >>> fsspec.filesystem("memory").pipe({"/corpus/b.txt": b"b", "/corpus/a/c.txt": b"c"})
    >>> list_remote_folder("memory://corpus")
    ['a/c.txt', 'b.txt']
    """
    store, name = remote_store(address)
    if address.partition(":")[0].lower() in _WITHOUT_FOLDERS or not store.isdir(name):
        return None
    return sorted(file.removeprefix(name).lstrip("/") for file in store.find(name))


def remote_fingerprint(address: str) -> str:
    """Returns a SHA-256 digest of the store's own identifiers of a remote file's content, or of a folder's files'.

    Raises:
        ValueError: There is no such file.
    """
    store, name = remote_store(address)
    files = list_remote_folder(address)
    try:
        keys = [store.ukey(name)] if files is None else [f"{file} {store.ukey(f'{name}/{file}')}" for file in files]
    except FileNotFoundError:
        raise ValueError(f"{address}: no such file; check the address") from None
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()
