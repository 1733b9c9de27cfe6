"""One run at a time for an output."""

from typing import IO


def only_writer(file: IO, path: str) -> None:
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
