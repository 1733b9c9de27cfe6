"""Random number generators that depend only on a seed and an example."""

import hashlib

import numpy as np

from .check_types import check_types


class PerExampleRng:
    """Random number generators per example: `rng(index)` depends only on seed, index and, with `redraw`, the epoch.

    Args:
        seed: int.
        redraw: bool. Whether an example gets other numbers in every epoch.
        epoch: int.

    Example:

    >>> fixed, redrawn = PerExampleRng(0), PerExampleRng(0, redraw=True)
    >>> [bool(rng(0).random() == rng.at_epoch(1)(0).random()) for rng in (fixed, redrawn)]
    [True, False]
    """

    def __init__(self, seed: int, *, redraw: bool = False, epoch: int = 0):
        self.seed, self.redraw, self.epoch = seed, redraw, epoch

    def __call__(self, index: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, index, self.epoch])

    def at_epoch(self, epoch: int) -> "PerExampleRng":
        """Returns the generators of an epoch: the same ones without `redraw`."""
        return PerExampleRng(self.seed, redraw=True, epoch=epoch) if self.redraw else self


@check_types
def passage_rng(seed: int, text: str) -> np.random.Generator:
    """Returns the random number generator of a passage, which depends only on the seed and the text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "little")])
