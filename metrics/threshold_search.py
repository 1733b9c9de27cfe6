"""The levels of several scores that keep what is right."""

import itertools
from typing import NamedTuple

import numpy as np


class Thresholds(NamedTuple):
    """`levels`, the least of each score, -inf where all pass; `precision`, the share of what they keep that is right;
    `recall`, the share of what is right that they keep."""

    levels: list[float]
    precision: float
    recall: float


def search_thresholds(scores: np.ndarray, right: np.ndarray, recall: float, candidates: int = 40) -> Thresholds:
    """Of the levels that keep enough of what is right, those that keep the least else.

    What has every score at its level or above is kept.

    Args:
        scores: float `[n, k]`.
        right: bool `[n]`, at least one.
        recall: float in [0, 1], the least recall; something right is kept in any case.
        candidates: int. How many quantiles of a score's values are tried, besides none; all where there are no more.

    Returns:
        `Thresholds`, of the highest precision; of equally good ones those with the highest recall.

    Raises:
        ValueError: nothing is right, the shapes do not fit, or `recall` is out of range.

    Example:

    >>> import numpy as np
    >>> search_thresholds(np.array([[3.0, 1.0], [2.0, 1.0], [1.0, 0.0]]), np.array([True, True, False]), 1.0)
    Thresholds(levels=[-inf, 1.0], precision=1.0, recall=1.0)
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
    return Thresholds([float(levels[row]) for levels, row in zip(tried, chosen, strict=True)], *best)


def _quantiles(column: np.ndarray, count: int) -> np.ndarray:
    values = np.unique(column)[1:]
    return values if len(values) <= count else np.unique(np.quantile(values, np.linspace(0, 1, count), method="lower"))


def best_threshold(y_true: np.ndarray, logits: np.ndarray, average: str = "macro", candidates: int = 200) -> float:
    """One threshold for all labels with the highest F1; choose it on texts that neither train nor test.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float, the same shape.
        average: `"micro"` or `"macro"`.
        candidates: int. How many of the scores' quantiles are tried, besides 0.

    Returns:
        The threshold; of equally good ones that nearest to 0.

    Raises:
        ValueError: the average is another name.

    Example:

    >>> import numpy as np
    >>> best_threshold(np.array([[1], [0], [0]]), np.array([[-1.0], [-2.0], [-3.0]]), "micro")
    -2.0
    """
    if average not in ("micro", "macro"):
        raise ValueError(f"Expected average 'micro' or 'macro'. Received: {average!r}")
    wanted, scores = np.asarray(y_true) > 0, np.asarray(logits, "float64")
    # F1 changes where labels are given: most tried are among the highest scores, where the positives are.
    shares = 1 - np.geomspace(1 / max(scores.size, 2), 1, candidates)
    levels = np.unique(np.append(np.quantile(scores[np.isfinite(scores)], shares, method="lower"), 0.0))
    levels = np.append(levels, np.nextafter(levels[0], -np.inf))
    figures = [_f1(wanted, scores > level, average) for level in levels]
    best = max(figures)
    return float(min((level for level, f1 in zip(levels, figures, strict=True) if f1 == best), key=abs))


def _f1(wanted, found, average: str) -> float:
    axis = None if average == "micro" else 0
    hits, total = (wanted & found).sum(axis), wanted.sum(axis) + found.sum(axis)
    return float(np.mean(np.where(total > 0, 2 * hits / np.maximum(total, 1), 0)))
