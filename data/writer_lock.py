"""Lock of an output: one writer at a time."""

import contextlib
import os
import platform
import re
import weakref
from collections.abc import Iterable

FOLDER_LOCK = ".lock"  # in a folder; a file has NAME.lock beside it
WRITER = re.compile(rb"textzoo process (\d+) on (.+)\n")
LOCKED_BYTE = 1 << 20  # Windows keeps others from reading a locked byte, so it lies behind the text


class WriterLock:
    """Lock that makes this process the only writer of a file or folder, until `release` or the end of the process.

    A file is locked by `NAME.lock` beside it, an existing folder by `.lock` in it. Links and other spellings of a path
    share its lock. The operating system holds the lock and drops it when the process ends, even if killed: a lock file
    that remains locks nothing. The lock also excludes a second writer in the same process.

    Args:
        path: The file, which need not exist, or an existing folder.

    Raises:
        ValueError: Another process is writing the output, or the name of the lock file is taken.
        OSError: The lock file cannot be created, or the file system has no locks.

    Example:

    >>> with WriterLock("pairs.jsonl"):
    ...     sorted(os.listdir())
    ['pairs.jsonl.lock']
    >>> os.listdir()
    []
    """

    def __init__(self, path: str | os.PathLike):
        target = os.path.realpath(path)
        file = os.path.join(target, FOLDER_LOCK) if os.path.isdir(target) else f"{target}.lock"
        descriptor = _acquire(file, os.fspath(path))
        self.release = weakref.finalize(self, _release, descriptor, file=file, owner=os.getpid())
        try:
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, f"textzoo process {os.getpid()} on {platform.node()}\n".encode())
        except OSError as error:
            self.release()
            raise _lock_error(error, os.fspath(path)) from None

    def __enter__(self) -> "WriterLock":
        return self

    def __exit__(self, *error: object) -> None:
        self.release()


def is_free_folder(path: str | os.PathLike, *, remains: Iterable[str] = ()) -> bool:
    """Returns whether a path can become an output folder: it does not exist, or is a folder with at most a lock.

    Args:
        path: The path.
        remains: Names that a killed writer may have left and the next one replaces.
    """
    return not os.path.lexists(path) or (os.path.isdir(path) and set(os.listdir(path)) <= {FOLDER_LOCK, *remains})


def _acquire(file: str, path: str) -> int:
    """Returns the descriptor of the locked file."""
    while True:
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
            try:
                if _is_locked_now(descriptor, file=file, path=path):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
        except OSError as error:
            raise _lock_error(error, path) from None
        os.close(descriptor)


def _lock_error(error: OSError, path: str) -> OSError:
    return OSError(error.errno, f"cannot be locked ({error.strerror}); choose another output", path)


def _is_locked_now(descriptor: int, *, file: str, path: str) -> bool:
    """Locks an open lock file; returns False if its last writer removed it in the meantime."""
    content = os.read(descriptor, 1024)
    writer = WRITER.fullmatch(content)
    if content and not writer:
        raise ValueError(f"{file}: expected the lock of {path}. Received: another file; choose another output")
    if not _lock(descriptor):
        by = f"process {int(writer[1])} on {writer[2].decode(errors='replace')}" if writer else "another process"
        raise ValueError(f"{path}: {by} is writing it; wait until it ends or choose another output")
    return _is_same_file(descriptor, file)


def _lock(descriptor: int) -> bool:
    """Locks an open file and returns whether no other writer holds it."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            os.lseek(descriptor, LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
        except PermissionError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_same_file(descriptor: int, file: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(file))
    except FileNotFoundError:
        return False


def _release(descriptor: int, *, file: str, owner: int) -> None:
    """Removes the lock file, then closes it, which unlocks it."""
    if os.getpid() != owner:  # a forked child
        return
    try:
        if _is_same_file(descriptor, file):
            os.remove(file)
        os.close(descriptor)
    except PermissionError:  # Windows removes closed files only, and not those that the next writer has opened
        os.close(descriptor)
        with contextlib.suppress(OSError):
            os.remove(file)
