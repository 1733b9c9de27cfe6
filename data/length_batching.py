"""Batches of few distinct shapes, since every new shape is compiled anew."""

from collections.abc import Sequence

import numpy as np

BUCKETS = (8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Lengths that texts are padded to in generation."""

TRAINING_LENGTHS = range(8, 513, 8)
"""Lengths that batches are padded to in training, and in prediction without a decoding loop."""

ANSWER_LENGTHS = (16, 32, 64, 128, 256, 512)
"""Lengths that given answers are padded to when questions are generated for them."""

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of sources that a batch is padded to in generation."""

STREAM_COUNTS = (*range(1, 9), *range(10, 17, 2), *range(20, 33, 4), *range(40, 65, 8))
"""Numbers of streams per source (answers, for example) that a batch is padded to in generation."""


def bucket(length: int, sizes: Sequence[int] = BUCKETS) -> int:
    """Returns the smallest of `sizes` that is at least `length`; beyond all of them, a multiple of the largest.

    Example:
        >>> bucket(33), bucket(64), bucket(600)
        (48, 64, 1024)
    """
    fitting = [size for size in sizes if size >= length]
    return min(fitting) if fitting else -(-length // max(sizes)) * max(sizes)


def batch_by_length(lengths: Sequence[int], batch_size: int) -> list[list[int]]:
    """Returns batches of row indices, with rows of similar length together.

    Example:

    >>> batch_by_length([30, 5, 7], 2)
    [[1, 2], [0]]
    """
    order = sorted(range(len(lengths)), key=lambda row: lengths[row])
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def pad_sources(rows: list[np.ndarray], length: int | None = None) -> np.ndarray:
    """Stacks rows to an array `[bucketed batch, length]`, padded with zeros; copies of the last row fill the batch.

    Args:
        rows: Arrays of rank 1.
        length: The length to pad to. None: the bucket of the longest row.

    Example:

    >>> pad_sources([np.array([2, 7, 3])] * 3).shape
    (4, 8)
    """
    length = bucket(max(map(len, rows))) if length is None else length
    count = bucket(len(rows), BATCH_SIZES)
    return pad_rows([*rows, *rows[-1:] * (count - len(rows))], length)


def pad_rows(rows: Sequence[np.ndarray], length: int | None = None) -> np.ndarray:
    """Stacks rows to an array `[rows, length]`, padded with zeros.

    Args:
        rows: Arrays of rank 1.
        length: The length to pad to. None: that of the longest row.

    Example:

    >>> pad_rows([np.array([2, 7, 3]), np.array([2, 3])]).tolist()
    [[2, 7, 3], [2, 3, 0]]
    """
    length = max(map(len, rows)) if length is None else length
    return np.stack([np.pad(row, (0, length - len(row))) for row in rows])
