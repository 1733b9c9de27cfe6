"""Random numbers of records that are read again and again."""

import numpy as np


class Draws:
    """A generator for each reading of each record, which the seed fixes.

    Args:
        count: int. Records.
        seed: int.
        redraw: bool. Whether a record's numbers differ each time that it is read.

    Example:

    >>> fixed, fresh = Draws(1, 0), Draws(1, 0, redraw=True)
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
