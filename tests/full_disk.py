"""A disk that is full after some kilobytes, for one process."""

import contextlib
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def full_disk(num_bytes: int = 4096) -> Iterator[None]:
    """Lets no file grow beyond a size; a write raises `OSError` then, as on a full disk."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (num_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
