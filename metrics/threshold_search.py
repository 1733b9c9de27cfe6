"""Search for decision thresholds: one for each of several scores, or one for all labels."""

import itertools
from typing import NamedTuple

import numpy as np

from ..data.check_types import check_types
from .f1 import f1_from_counts


class Thresholds(NamedTuple):
    """Result of `search_thresholds`.

    - `thresholds`: least value of each score, -inf where every value passes;
    - `precision`: fraction of the kept items that are correct;
    - `recall`: fraction of the correct items that are kept.
    """

    thresholds: list[float]
    precision: float
    recall: float


@check_types
def search_thresholds(
    scores: np.ndarray, is_correct: np.ndarray, *, min_recall: float, num_candidates: int = 40
) -> Thresholds:
    """Finds the thresholds of highest precision among those with at least a given recall.

    An item is kept if each of its scores is at or above the threshold of that score.

    Args:
        scores: float `[n, k]`, k scores of each item.
        is_correct: bool `[n]`, at least one True.
        min_recall: float in [0, 1]. At least one correct item is kept even for 0.
        num_candidates: int. Number of quantiles of each score to try, besides no threshold; every value of a score
            with no more distinct values.

    Returns:
        `Thresholds` of the highest precision; among those, of the highest recall.

    Raises:
        ValueError: No item is correct, the shapes do not match, or `min_recall` is out of range.

    Example:

    >>> import numpy as np
    >>> search_thresholds(np.array([[3.0, 1.0], [2.0, 1.0], [1.0, 0.0]]), np.array([True, True, False]), min_recall=1.0)
    Thresholds(thresholds=[-inf, 1.0], precision=1.0, recall=1.0)
    """
    scores, is_correct = np.asarray(scores, "float64"), np.asarray(is_correct, bool)
    if scores.ndim != 2 or is_correct.shape != scores.shape[:1]:
        raise ValueError(f"Expected scores [n, k] and is_correct [n]. Received: {scores.shape} and {is_correct.shape}")
    if not is_correct.any():
        raise ValueError(f"Expected at least one correct item. Received: 0 of {len(is_correct)}")
    if not 0 <= min_recall <= 1:
        raise ValueError(f"Expected min_recall in [0, 1]. Received: {min_recall}")
    candidates = [np.append(-np.inf, _quantiles(column, num_candidates)) for column in scores.T]
    passes = [column >= thresholds[:, None] for column, thresholds in zip(scores.T, candidates, strict=True)]
    best, best_indices = (-1.0, -1.0), [0] * len(candidates)
    # One row of `kept` for each candidate of the last score.
    for indices in itertools.product(*(range(len(thresholds)) for thresholds in candidates[:-1])):
        passes_others = np.all([mask[i] for mask, i in zip(passes, indices, strict=False)], axis=0)
        kept = passes[-1] & passes_others
        true_positives = kept[:, is_correct].sum(axis=1)
        precision, recall = true_positives / np.maximum(kept.sum(axis=1), 1), true_positives / is_correct.sum()
        feasible = (true_positives > 0) & (recall >= min_recall - 1e-12)
        if feasible.any():
            last = max(np.flatnonzero(feasible), key=lambda i: (precision[i], recall[i], -i))
            if (precision[last], recall[last]) > best:
                best, best_indices = (float(precision[last]), float(recall[last])), [*indices, int(last)]
    return Thresholds(
        thresholds=[float(thresholds[i]) for thresholds, i in zip(candidates, best_indices, strict=True)],
        precision=best[0],
        recall=best[1],
    )


def _quantiles(column: np.ndarray, count: int) -> np.ndarray:
    values = np.unique(column)[1:]
    return values if len(values) <= count else np.unique(np.quantile(values, np.linspace(0, 1, count), method="lower"))


@check_types
def best_threshold(
    y_true: np.ndarray, logits: np.ndarray, *, average: str = "macro", num_candidates: int = 200
) -> float:
    """Finds the threshold, the same for all labels, with the highest F1.

    Choose it on texts that are in neither the training nor the test set.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float `[texts, labels]`.
        average: `"micro"` or `"macro"`.
        num_candidates: int. Number of quantiles of the logits to try, besides 0.

    Returns:
        The threshold; among equally good ones the nearest to 0.

    Raises:
        ValueError: `average` is neither "micro" nor "macro".

    Example:

    >>> import numpy as np
    >>> best_threshold(np.array([[1], [0], [0]]), np.array([[-1.0], [-2.0], [-3.0]]), average="micro")
    -2.0
    """
    if average not in ("micro", "macro"):
        raise ValueError(f"Expected average 'micro' or 'macro'. Received: {average!r}")
    targets, scores = np.asarray(y_true) > 0, np.asarray(logits, "float64")
    # Few labels of a text are positive, so most candidates lie among the highest logits.
    fractions = 1 - np.geomspace(1 / max(scores.size, 2), 1, num_candidates)
    thresholds = np.unique(np.append(np.quantile(scores[np.isfinite(scores)], fractions, method="lower"), 0.0))
    thresholds = np.append(thresholds, np.nextafter(thresholds[0], -np.inf))
    f1_scores = [_average_f1(targets, scores > threshold, average=average) for threshold in thresholds]
    best = max(f1_scores)
    return float(min((t for t, f1 in zip(thresholds, f1_scores, strict=True) if f1 == best), key=abs))


def _average_f1(targets: np.ndarray, predictions: np.ndarray, *, average: str) -> float:
    axis = None if average == "micro" else 0
    counts = ((targets & predictions).sum(axis), predictions.sum(axis), targets.sum(axis))
    f1_scores = [
        f1_from_counts(true_positives, predicted=predicted, positives=positives)
        for true_positives, predicted, positives in zip(*map(np.atleast_1d, counts), strict=True)
    ]
    return float(np.mean(f1_scores))
