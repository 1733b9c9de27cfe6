"""Padding of rows to the longest."""

from collections.abc import Sequence

import numpy as np


def pad_rows(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Stacks rows of rank 1, padded with zeros to the longest.

    Example:

    >>> pad_rows([np.array([2, 7, 3]), np.array([2, 3])]).tolist()
    [[2, 7, 3], [2, 3, 0]]
    """
    width = max(map(len, rows))
    return np.stack([np.pad(row, (0, width - len(row))) for row in rows])
