"""Random numbers of records that are read again and again."""

import hashlib

import numpy as np


class PerExampleRng:
    """A generator for each reading of each record, which the seed fixes.

    Args:
        count: int. Records.
        seed: int.
        redraw: bool. Whether a record's numbers differ each time that it is read.

    Example:

    >>> fixed, fresh = PerExampleRng(1, 0), PerExampleRng(1, 0, redraw=True)
    >>> [bool(draws(0).random() == draws(0).random()) for draws in (fixed, fresh)]
    [True, False]
    """

    def __init__(self, count: int, seed: int, redraw: bool = False):
        self.seed = seed
        self.visits = np.zeros(count, int) if redraw else None

    def __call__(self, index: int) -> np.random.Generator:
        visit = 0
        if self.visits is not None:
            visit = int(self.visits[index])
            self.visits[index] += 1
        return np.random.default_rng([self.seed, index, visit])


def passage_rng(seed: int, text: str) -> np.random.Generator:
    """Returns the random number generator of a passage, which depends on the seed and the text alone."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "little")])
