"""Scaling by powers of two, which keeps the squares of tiny and of huge numbers in the range of float64."""

import numpy as np

EXPONENT = 480  # squares of numbers near 2**480 leave room for sums, and for differences down to 2**-990 times them


def binary_shifts(largest: np.ndarray) -> np.ndarray:
    """Returns the exponents of the powers of two that bring magnitudes near 2**480.

    Args:
        largest: float64 `[texts]`. The largest magnitude of each text, at most 1e150.

    Returns:
        int `[texts]`, at most 1000, so that `2.0**shift` and its inverse are normal numbers.

    Example:

    >>> binary_shifts(np.array([1e-300, 1.0]))
    array([1000,  479])
    """
    return np.minimum(EXPONENT - np.frexp(largest)[1].astype("int64"), 1000)


def largest_magnitudes(x: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Returns the largest magnitude `[texts]` in the rows `[words, d]` of each text, which `offsets` delimits."""
    return np.maximum.reduceat(np.abs(x).max(axis=1), offsets[:-1])
