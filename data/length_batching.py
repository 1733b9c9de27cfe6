"""Few distinct lengths: every new shape costs a compilation."""

from collections.abc import Sequence

import numpy as np

BUCKETS = (8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512)


def bucket(length: int, sizes: Sequence[int] = BUCKETS) -> int:
    """The length that `length` is padded to: the smallest of `sizes` that holds it, else a multiple of the largest.

    Example:
        >>> bucket(33), bucket(64), bucket(600)
        (48, 64, 1024)
    """
    fitting = [size for size in sizes if size >= length]
    return min(fitting) if fitting else -(-length // max(sizes)) * max(sizes)


BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)
STREAM_COUNTS = (*range(1, 9), *range(10, 17, 2), *range(20, 33, 4), *range(40, 65, 8))


def batch_by_length(lengths: Sequence[int], batch_size: int) -> list[list[int]]:
    """Rows in batches of like length.

    Example:

    >>> batch_by_length([30, 5, 7], 2)
    [[1, 2], [0]]
    """
    order = sorted(range(len(lengths)), key=lambda row: lengths[row])
    return [order[at : at + batch_size] for at in range(0, len(order), batch_size)]


def pad_sources(rows: list[np.ndarray], length: int | None = None) -> np.ndarray:
    """Rows as one array `[bucketed batch, length]`, zeros after their ends; the last row fills up the batch.

    Args:
        rows: Arrays of rank 1.
        length: None: the bucket of the longest.

    Example:

    >>> pad_sources([np.array([2, 7, 3])] * 3).shape
    (4, 8)
    """
    length = bucket(max(map(len, rows))) if length is None else length
    count = bucket(len(rows), BATCH_SIZES)
    return np.stack([np.pad(row, (0, length - len(row))) for row in rows + rows[-1:] * (count - len(rows))])
