"""Sources of many lengths as few shapes."""

from collections.abc import Sequence

import numpy as np

from ..data.buckets import bucket

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)
STREAM_COUNTS = (*range(1, 9), *range(10, 17, 2), *range(20, 33, 4), *range(40, 65, 8))
XLA_STREAMS = 256


def source_batches(lengths: Sequence[int], batch_size: int) -> list[list[int]]:
    """Rows in batches of like length.

    Example:

    >>> source_batches([30, 5, 7], 2)
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


def use_xla(jit_compile: bool | str, streams: int) -> bool:
    """What `jit_compile` stands for: `"auto"` compiles where enough streams pay for it.

    Args:
        jit_compile: bool or "auto".
        streams: What a call writes side by side: sources x answers x beams.

    Example:

    >>> use_xla("auto", 16 * 10 * 3), use_xla("auto", 16 * 10), use_xla(True, 1)
    (True, False, True)
    """
    return streams >= XLA_STREAMS if jit_compile == "auto" else bool(jit_compile)
