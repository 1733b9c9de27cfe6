"""Metrics of multi-label classification: a table by label, micro and macro F1, and a histogram of scores."""

import dataclasses
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..data.check_types import check_types
from .f1 import f1_from_counts
from .score_histogram import ScoreHistogram, score_histogram


class LabelRow(NamedTuple):
    """Metrics of one label.

    `positives` is the number of texts with the label, `predicted` the number of texts that the model gives it to.
    Precision, recall and F1 are in [0, 1].
    """

    label: str
    positives: int
    predicted: int
    precision: float
    recall: float
    f1: float


@check_types
def label_table(
    y_true: np.ndarray, logits: np.ndarray, *, labels: Sequence[str], threshold: float = 0.0
) -> list[LabelRow]:
    """Computes precision, recall and F1 of every label.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float `[texts, labels]`.
        labels: Names of the labels.
        threshold: float. A label is predicted where its logit is above.

    Returns:
        A `LabelRow` for each label, in order; 0 / 0 is 0, so a label without positives has F1 0.

    Raises:
        ValueError: The shapes of `y_true` and `logits` are not `[texts, labels]`.

    Example:

    >>> import numpy as np
    >>> label_table(np.array([[1, 0], [1, 0]]), np.array([[2.0, -1.0], [-1.0, -3.0]]), labels=["joy", "anger"])[0]
    LabelRow(label='joy', positives=2, predicted=1, precision=1.0, recall=0.5, f1=0.666...)
    """
    targets, predictions = np.asarray(y_true) > 0, np.asarray(logits) > threshold
    if targets.shape != predictions.shape or targets.ndim != 2 or targets.shape[1] != len(labels):
        raise ValueError(
            f"Expected y_true and logits [texts, {len(labels)}]. Received: {targets.shape} and {predictions.shape}"
        )
    true_positives = (targets & predictions).sum(0).tolist()
    predicted, positives = predictions.sum(0).tolist(), targets.sum(0).tolist()
    return [
        LabelRow(
            label,
            positives=p,
            predicted=q,
            precision=_ratio(tp, q),
            recall=_ratio(tp, p),
            f1=f1_from_counts(tp, predicted=q, positives=p),
        )
        for label, tp, q, p in zip(labels, true_positives, predicted, positives, strict=True)
    ]


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


@dataclass(frozen=True)
class MultiLabelMetrics:
    """Metrics of a model on labelled texts; `print(metrics)` shows all of them.

    Args:
        texts: Number of texts.
        threshold: A label is predicted where its logit is above.
        micro_f1: F1 over all labels together.
        macro_f1: Mean F1 of the labels; 0 / 0 is 0, and a label without positives counts.
        exact: Fraction of texts with exactly the correct labels.
        mean_labels: Mean number of labels per text.
        mean_predicted: Mean number of predicted labels per text.
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
        """Returns the metrics as dicts and lists, for JSON."""
        plain = dataclasses.asdict(self)
        return plain | {"rows": [row._asdict() for row in self.rows], "histogram": self.histogram._asdict()}

    def __str__(self) -> str:
        width = max(5, *(_display_width(row.label) for row in self.rows))
        lines = [
            f"{self.texts} texts, threshold {self.threshold:g}",
            f"micro F1 {self.micro_f1:.4f}, macro F1 {self.macro_f1:.4f}, all labels right {self.exact:.4f}",
            f"labels a text: {self.mean_labels:.3f}, given {self.mean_predicted:.3f}",
            "",
            f"{'label':{width}}  positives  given  precision  recall      F1",
        ]
        lines += [
            f"{row.label}{' ' * (width - _display_width(row.label))}  {row.positives:9}  {row.predicted:5}  "
            f"{row.precision:9.4f}  {row.recall:6.4f}  {row.f1:6.4f}"
            for row in self.rows
        ]
        return "\n".join([*lines, "", str(self.histogram)])


@check_types
def multilabel_metrics(
    y_true: np.ndarray, logits: np.ndarray, *, labels: Sequence[str], threshold: float = 0.0
) -> MultiLabelMetrics:
    """Compares logits with labels.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float `[texts, labels]`.
        labels: Names of the labels.
        threshold: float. A label is predicted where its logit is above.

    Returns:
        `MultiLabelMetrics`.

    Raises:
        ValueError: There is no text, or the shapes of `y_true` and `logits` are not `[texts, labels]`.

    Example:

    >>> import numpy as np
    >>> y_true, logits = np.array([[1, 0], [0, 1]]), np.array([[2.0, -1.0], [1.0, 3.0]])
    >>> metrics = multilabel_metrics(y_true, logits, labels=["joy", "anger"])
    >>> round(metrics.micro_f1, 3), metrics.exact, metrics.mean_predicted
    (0.8, 0.5, 1.5)
    """
    rows = label_table(y_true, logits, labels=labels, threshold=threshold)
    targets, predictions = np.asarray(y_true) > 0, np.asarray(logits) > threshold
    if not len(targets):
        raise ValueError("Expected at least one text. Received: none.")
    return MultiLabelMetrics(
        texts=len(targets),
        threshold=float(threshold),
        micro_f1=f1_from_counts((targets & predictions).sum(), predicted=predictions.sum(), positives=targets.sum()),
        macro_f1=float(np.mean([row.f1 for row in rows])),
        exact=float((targets == predictions).all(axis=1).mean()),
        mean_labels=float(targets.sum(axis=1).mean()),
        mean_predicted=float(predictions.sum(axis=1).mean()),
        rows=rows,
        histogram=score_histogram(y_true, logits, threshold=threshold),
    )


def _display_width(text: str) -> int:
    """Number of terminal columns; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
