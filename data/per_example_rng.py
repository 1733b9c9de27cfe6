"""Random number generators that depend only on a seed and an example."""

import hashlib

import numpy as np


class PerExampleRng:
    """Random number generators per example: `rng(index)` depends only on seed, index and, with `redraw`, visit.

    Args:
        count: int. Number of examples.
        seed: int.
        redraw: bool. Whether every visit of an example gets other numbers.

    Example:

    >>> fixed, redrawn = PerExampleRng(1, 0), PerExampleRng(1, 0, redraw=True)
    >>> [bool(rng(0).random() == rng(0).random()) for rng in (fixed, redrawn)]
    [True, False]
    """

    def __init__(self, count: int, seed: int, *, redraw: bool = False):
        self.seed = seed
        self.visits = np.zeros(count, int) if redraw else None

    def __call__(self, index: int) -> np.random.Generator:
        visit = 0
        if self.visits is not None:
            visit = int(self.visits[index])
            self.visits[index] += 1
        return np.random.default_rng([self.seed, index, visit])


def passage_rng(seed: int, text: str) -> np.random.Generator:
    """Returns the random number generator of a passage, which depends only on the seed and the text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "little")])
