"""Precision, recall and F1 of every label."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class LabelRow(NamedTuple):
    """A label's figures: `positives` texts have it, `predicted` were given it, the rest are shares in [0, 1]."""

    label: str
    positives: int
    predicted: int
    precision: float
    recall: float
    f1: float


def label_table(
    y_true: np.ndarray, logits: np.ndarray, labels: Sequence[str], threshold: float = 0.0
) -> list[LabelRow]:
    """A row for each label, in their order.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float `[texts, labels]`.
        labels: names.
        threshold: float. The logit above which a label is given.

    Returns:
        `LabelRow`s; a share of nothing is 0, so a label without positives has F1 0.

    Raises:
        ValueError: the shapes differ, or are not `[texts, labels]`.

    Example:

    >>> import numpy as np
    >>> label_table(np.array([[1, 0], [1, 0]]), np.array([[2.0, -1.0], [-1.0, -3.0]]), ["joy", "anger"])[0]
    LabelRow(label='joy', positives=2, predicted=1, precision=1.0, recall=0.5, f1=0.666...)
    """
    wanted, found = np.asarray(y_true) > 0, np.asarray(logits) > threshold
    if wanted.shape != found.shape or wanted.ndim != 2 or wanted.shape[1] != len(labels):
        raise ValueError(
            f"Expected y_true and logits [texts, {len(labels)}]. Received: {wanted.shape} and {found.shape}"
        )
    hits, positives, predicted = (wanted & found).sum(0), wanted.sum(0), found.sum(0)
    return [
        LabelRow(label, int(p), int(q), _share(h, q), _share(h, p), _share(2 * h, p + q))
        for label, h, p, q in zip(labels, hits, positives, predicted, strict=True)
    ]


def _share(part, whole) -> float:
    return float(part / whole) if whole else 0.0
