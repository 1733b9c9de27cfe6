"""Folders of whole files: on this machine, or in an object store by fsspec."""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any, Protocol

from ..data.files import name_os_error, write_atomically
from ..data.remote_files import is_remote, remote_store
from ..data.writer_lock import FOLDER_LOCK, WriterLock

OBJECT_STORES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "memory")
"""Protocols whose stores show a file as a whole or not at all."""


class OutputStore(Protocol):
    """A folder of files. A reader sees the old content of a file or the new, never half of it.

    A folder in it appears whole too; while it is replaced, it is missing for a moment.
    """

    def names(self) -> set[str]:
        """Returns the names in the folder; empty if there is none."""
        ...

    def read(self, name: str) -> bytes:
        """Returns the content of a file."""
        ...

    def write(self, name: str, content: bytes | dict[str, bytes]) -> None:
        """Writes a file, or a folder of the files in `content`, and replaces what was there."""
        ...

    def close(self) -> None:
        """Ends the writing."""
        ...


def open_output_store(path: str) -> OutputStore:
    """Opens a folder for one writer, and creates it if needed.

    An object store has no locks: there two writers are not noticed.

    Raises:
        ValueError: Another process is writing the folder, the path is a file, or a remote store writes no whole files.
    """
    if not is_remote(path):
        return LocalStore(path)
    protocol = path.partition(":")[0].lower()
    if protocol not in OBJECT_STORES:
        known = ", ".join(f"{name}://" for name in OBJECT_STORES)
        raise ValueError(f"{path}: {protocol} may show half-written files; write to a local folder or to {known}")
    return ObjectStore(path)


class LocalStore:
    """`OutputStore` of a folder of this machine, locked until `close`."""

    def __init__(self, path: str):
        self.folder = Path(path)
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"{path} is a file; name a folder for the shards")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = WriterLock(path)

    def names(self) -> set[str]:
        return set(os.listdir(self.folder)) - {FOLDER_LOCK}

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def write(self, name: str, content: bytes | dict[str, bytes]) -> None:
        if isinstance(content, bytes):
            write_atomically(self.folder / name, content)
            return
        path, part = self.folder / name, self.folder / f"{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        try:
            for file, data in content.items():
                with name_os_error(path / file, over=part / file):
                    (part / file).parent.mkdir(parents=True, exist_ok=True)
                    (part / file).write_bytes(data)
            with name_os_error(path, over=part):
                shutil.rmtree(path, ignore_errors=True)
                os.replace(part, path)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise

    def close(self) -> None:
        self._lock.release()
        with contextlib.suppress(OSError):
            self.folder.rmdir()  # if nothing was written


class ObjectStore:
    """`OutputStore` of a store that writes whole files, such as S3."""

    def __init__(self, address: str):
        self._store, name = remote_store(address)
        self._folder, self._address = name.rstrip("/"), address

    def names(self) -> set[str]:
        store: Any = self._store
        if not store.exists(self._folder):
            return set()
        return {path.rpartition("/")[2] for path in store.ls(self._folder, detail=False)}

    def read(self, name: str) -> bytes:
        return self._store.cat_file(f"{self._folder}/{name}")

    def write(self, name: str, content: bytes | dict[str, bytes]) -> None:
        if not isinstance(content, bytes):
            raise ValueError(f"{self._address}: an index is written to a local folder; choose another --out")
        self._store.pipe_file(f"{self._folder}/{name}", content)

    def close(self) -> None:
        pass
