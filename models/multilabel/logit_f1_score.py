"""Micro or macro F1 of multi-label logits."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="textzoo")
class LogitF1Score(keras.Metric):
    """Computes the F1 score of the decision `logit > threshold`.

        F1 = 2 tp / (positives + predicted positives),  0 / 0 = 0

    `"micro"` sums the counts over all labels. `"macro"` is the mean of the labels' F1 scores; a label that neither
    occurs nor is predicted contributes 0, as in scikit-learn with `zero_division=0`.

    `keras.metrics.F1Score` takes probabilities, not logits: its threshold cannot be 0.

    Args:
        num_labels: int.
        average: `"micro"` or `"macro"`.
        threshold: float. Logit above which a label is predicted.
        name: str; None: `"micro_f1"` or `"macro_f1"`.
        dtype: as in `keras.Metric`.

    Call arguments: y_true `[..., num_labels]` of 0 and 1; y_pred float `[..., num_labels]`, logits; sample_weight
    `[...]`, None for 1.

    Raises:
        ValueError: `average` is neither of the two.

    Example:

    >>> metric = LogitF1Score(3, "macro")
    >>> metric.update_state([[1, 0, 0], [1, 1, 0]], [[2.0, 1.0, -1.0], [0.5, 3.0, -2.0]])
    >>> float(metric.result())  # the mean of 1, 2/3 and 0
    0.555...

    Reference:
        https://kexue.fm/archives/7359 (the threshold 0 of ZLPR).
    """

    def __init__(self, num_labels, average="macro", *, threshold=0.0, name=None, dtype=None):
        if average not in ("micro", "macro"):
            raise ValueError(f"Expected average 'micro' or 'macro'. Received: {average!r}")
        super().__init__(name=name or f"{average}_f1", dtype=dtype)
        self.num_labels, self.average, self.threshold = num_labels, average, threshold
        self.true_positives = self.add_weight(shape=(num_labels,), initializer="zeros", name="true_positives")
        self.positives = self.add_weight(shape=(num_labels,), initializer="zeros", name="positives")
        self.predicted = self.add_weight(shape=(num_labels,), initializer="zeros", name="predicted")

    def update_state(self, y_true, y_pred, sample_weight=None):
        targets = ops.cast(y_true, self.dtype)
        predictions = ops.cast(ops.convert_to_tensor(y_pred) > self.threshold, self.dtype)
        weight = 1.0 if sample_weight is None else ops.expand_dims(ops.cast(sample_weight, self.dtype), -1)
        for variable, counts in (
            (self.true_positives, targets * predictions),
            (self.positives, targets),
            (self.predicted, predictions),
        ):
            variable.assign_add(ops.sum(ops.reshape(counts * weight, (-1, self.num_labels)), axis=0))

    def result(self):
        true_positives, total = ops.convert_to_tensor(self.true_positives), self.positives + self.predicted
        if self.average == "micro":
            true_positives, total = ops.sum(true_positives), ops.sum(total)
        return ops.mean(ops.where(total > 0, 2 * true_positives / ops.where(total > 0, total, 1), 0))

    def get_config(self):
        return super().get_config() | {
            "num_labels": self.num_labels,
            "average": self.average,
            "threshold": self.threshold,
        }
