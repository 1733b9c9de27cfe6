"""Precision, recall and F1 of every label."""

import dataclasses
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .score_histogram import ScoreHistogram, score_histogram


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


@dataclass(frozen=True)
class MultiLabelMetrics:
    """Figures of a model on labelled texts; `print(figures)` shows all of them.

    Args:
        texts: How many there are.
        threshold: The logit above which a label was given.
        micro_f1: Over all labels together.
        macro_f1: The mean of the labels' own F1; 0 / 0 is 0, and a label without positives counts.
        exact: The share of texts with exactly the right labels.
        mean_labels: Labels a text has, on average.
        mean_predicted: Labels a text was given, on average.
        rows: A `LabelRow` for each label.
        histogram: `ScoreHistogram` around the threshold.
    """

    texts: int
    threshold: float
    micro_f1: float
    macro_f1: float
    exact: float
    mean_labels: float
    mean_predicted: float
    rows: list[LabelRow]
    histogram: ScoreHistogram

    def as_dict(self) -> dict[str, Any]:
        """The same as dicts and lists, for json."""
        plain = dataclasses.asdict(self)
        return plain | {"rows": [row._asdict() for row in self.rows], "histogram": self.histogram._asdict()}

    def __str__(self) -> str:
        width = max(5, *(_width(row.label) for row in self.rows))
        lines = [
            f"{self.texts} texts, threshold {self.threshold:g}",
            f"micro F1 {self.micro_f1:.4f}, macro F1 {self.macro_f1:.4f}, all labels right {self.exact:.4f}",
            f"labels a text: {self.mean_labels:.3f}, given {self.mean_predicted:.3f}",
            "",
            f"{'label':{width}}  positives  given  precision  recall      F1",
        ]
        lines += [
            f"{row.label}{' ' * (width - _width(row.label))}  {row.positives:9}  {row.predicted:5}  "
            f"{row.precision:9.4f}  {row.recall:6.4f}  {row.f1:6.4f}"
            for row in self.rows
        ]
        return "\n".join([*lines, "", str(self.histogram)])


def multilabel_metrics(
    y_true: np.ndarray, logits: np.ndarray, labels: Sequence[str], threshold: float = 0.0
) -> MultiLabelMetrics:
    """Compares logits with labels.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float `[texts, labels]`.
        labels: names.
        threshold: float. The logit above which a label is given.

    Returns:
        `MultiLabelMetrics`.

    Raises:
        ValueError: there is no text, or the shapes are others.

    Example:

    >>> import numpy as np
    >>> figures = multilabel_metrics(np.array([[1, 0], [0, 1]]), np.array([[2.0, -1.0], [1.0, 3.0]]), ["joy", "anger"])
    >>> round(figures.micro_f1, 3), figures.exact, figures.mean_predicted
    (0.8, 0.5, 1.5)
    """
    rows = label_table(y_true, logits, labels, threshold)
    wanted, found = np.asarray(y_true) > 0, np.asarray(logits) > threshold
    if not len(wanted):
        raise ValueError("Expected texts to compare. Received: none.")
    total = wanted.sum() + found.sum()
    return MultiLabelMetrics(
        texts=len(wanted),
        threshold=float(threshold),
        micro_f1=float(2 * (wanted & found).sum() / total) if total else 0.0,
        macro_f1=float(np.mean([row.f1 for row in rows])),
        exact=float((wanted == found).all(axis=1).mean()),
        mean_labels=float(wanted.sum(axis=1).mean()),
        mean_predicted=float(found.sum(axis=1).mean()),
        rows=rows,
        histogram=score_histogram(y_true, logits, threshold),
    )


def _width(text: str) -> int:
    """Columns on a screen: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
