"""The levels of several scores that keep what is right."""

import itertools
from typing import NamedTuple

import numpy as np


class Levels(NamedTuple):
    """`levels`, the least of each score, -inf where all pass; `precision`, the share of what they keep that is right;
    `recall`, the share of what is right that they keep."""

    levels: list[float]
    precision: float
    recall: float


def best_levels(scores: np.ndarray, right: np.ndarray, recall: float, candidates: int = 40) -> Levels:
    """Of the levels that keep enough of what is right, those that keep the least else.

    What has every score at its level or above is kept.

    Args:
        scores: float `[n, k]`.
        right: bool `[n]`, at least one.
        recall: float in [0, 1], the least recall; something right is kept in any case.
        candidates: int. How many quantiles of a score's values are tried, besides none; all where there are no more.

    Returns:
        `Levels`, of the highest precision; of equally good ones those with the highest recall.

    Raises:
        ValueError: nothing is right, the shapes do not fit, or `recall` is out of range.

    Example:

    >>> import numpy as np
    >>> best_levels(np.array([[3.0, 1.0], [2.0, 1.0], [1.0, 0.0]]), np.array([True, True, False]), 1.0)
    Levels(levels=[-inf, 1.0], precision=1.0, recall=1.0)
    """
    scores, right = np.asarray(scores, "float64"), np.asarray(right, bool)
    if scores.ndim != 2 or right.shape != scores.shape[:1]:
        raise ValueError(f"Expected scores [n, k] and right [n]. Received: {scores.shape} and {right.shape}")
    if not right.any():
        raise ValueError("Expected something right among what is scored. Received: nothing")
    if not 0 <= recall <= 1:
        raise ValueError(f"Expected recall in [0, 1]. Received: {recall}")
    tried = [np.append(-np.inf, _quantiles(column, candidates)) for column in scores.T]
    passes = [column >= levels[:, None] for column, levels in zip(scores.T, tried, strict=True)]
    best, chosen = (-1.0, -1.0), [0] * len(tried)
    for rows in itertools.product(*(range(len(levels)) for levels in tried[:-1])):
        first = np.all([mask[row] for mask, row in zip(passes, rows, strict=False)], axis=0)
        kept = passes[-1] & first
        hits = kept[:, right].sum(axis=1)
        precision, found = hits / np.maximum(kept.sum(axis=1), 1), hits / right.sum()
        enough = (hits > 0) & (found >= recall - 1e-12)
        if enough.any():
            last = max(np.flatnonzero(enough), key=lambda i: (precision[i], found[i], -i))
            if (precision[last], found[last]) > best:
                best, chosen = (float(precision[last]), float(found[last])), [*rows, int(last)]
    return Levels([float(levels[row]) for levels, row in zip(tried, chosen, strict=True)], *best)


def _quantiles(column: np.ndarray, count: int) -> np.ndarray:
    values = np.unique(column)[1:]
    return values if len(values) <= count else np.unique(np.quantile(values, np.linspace(0, 1, count), method="lower"))
