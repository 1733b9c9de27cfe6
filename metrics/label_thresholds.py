"""Search for a decision threshold of each label."""

import numpy as np

from ..data.check_types import check_types


@check_types
def label_thresholds(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Finds for each label the threshold with the highest F1.

    Choose them on texts that are in neither the training nor the test set. A threshold lies in the middle between two
    logits; among equally good ones it is the nearest to 0. A label without positive texts has the threshold 0.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float `[texts, labels]`, finite.

    Returns:
        float64 `[labels]`. A label is predicted where its logit is above.

    Raises:
        ValueError: The shapes differ or are not `[texts, labels]`.

    Example:

    >>> label_thresholds(np.array([[1, 0], [0, 0], [0, 1]]), np.array([[-1.0, 0.2], [-2.0, 1.0], [-3.0, 3.0]])).tolist()
    [-1.5, 2.0]
    """
    targets, scores = np.asarray(y_true) > 0, np.asarray(logits, "float64")
    if targets.shape != scores.shape or scores.ndim != 2:
        raise ValueError(f"Expected y_true and logits [texts, labels]. Received: {targets.shape} and {scores.shape}")
    return np.array([_best(target, score) for target, score in zip(targets.T, scores.T, strict=True)])


def _best(targets: np.ndarray, scores: np.ndarray) -> float:
    if not targets.any():
        return 0.0
    values = np.unique(scores)
    middles = (values[:-1] + values[1:]) / 2
    candidates = np.concatenate([[min(values[0] - 1, 0.0)], middles, [max(values[-1], 0.0)], [0.0]])
    order = np.argsort(scores)
    positives = np.append(np.cumsum(targets[order][::-1])[::-1], 0)  # true texts from each rank upward
    first = np.searchsorted(scores[order], candidates, side="right")
    f1 = 2 * positives[first] / (len(scores) - first + targets.sum())
    return float(min(candidates[f1 >= f1.max() - 1e-12], key=abs))
