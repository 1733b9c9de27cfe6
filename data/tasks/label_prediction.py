"""Labels of texts, by a model of any engine."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..check_counts import check_counts, is_real_number
from ..preprocessors.multilabel_preprocessor import MultiLabelPreprocessor
from ..text.check_texts import check_texts


class LabelPrediction:
    """Method that predicts labels, for the models of every engine.

    A subclass has a `preprocessor` and the method `label_logits`.
    """

    preprocessor: MultiLabelPreprocessor

    def label_logits(self, texts: list[str], batch_size: int) -> np.ndarray:
        """Computes the logits `[texts, labels]` of texts."""
        raise NotImplementedError

    def predict_labels(
        self,
        texts: str | Sequence[str],
        *,
        threshold: float | None = None,
        probabilities: bool = False,
        batch_size: int = 32,
    ) -> Any:
        """Predicts the labels of texts.

        Args:
            texts: a text, or several.
            threshold: float. Logit above which a label is predicted; None: the preprocessor's `thresholds`, or 0.
            probabilities: bool. Whether to return `label_probabilities` instead of logits.
            batch_size: int. Texts per batch.

        Returns:
            A dict of predicted labels and their logits, highest first; for several texts a list of such dicts.

        Raises:
            ValueError: a text is empty, or `threshold` is no number.
        """
        if isinstance(texts, str):
            options: dict[str, Any] = {"threshold": threshold, "probabilities": probabilities}
            return self.predict_labels([texts], batch_size=batch_size, **options)[0]
        names = self.preprocessor.labels
        texts = check_texts(texts)
        check_counts(batch_size=batch_size)
        if threshold is not None and not is_real_number(threshold):
            raise ValueError(f"Expected a threshold that is a number, or None. Received: {threshold!r}.")
        rows = self.label_logits(texts, batch_size) if texts else []
        saved = self.preprocessor.thresholds or [0.0] * len(names)
        thresholds = np.array(saved if threshold is None else [threshold] * len(names))
        results = []
        for row in rows:
            values = label_probabilities(row) if probabilities else row
            order = np.argsort(-row, kind="stable")
            results.append({names[i]: float(values[i]) for i in order if row[i] > thresholds[i]})
        return results


def label_probabilities(logits: np.ndarray) -> np.ndarray:
    """Computes the probabilities of labels, `sigmoid(2 * logits)`, of a model trained with ZLPR.

    ZLPR adds `log(1 + sum exp(-s))` over the true labels and `log(1 + sum exp(s))` over the others. For one label of
    probability p its minimum is where `p exp(-s) / (1 + exp(-s)) = (1 - p) exp(s) / (1 + exp(s))`, so p = sigmoid(s);
    with many labels the sums outweigh the ones, and p = sigmoid(2 s).

    Args:
        logits: float array.

    Returns:
        float array of the same shape, in [0, 1]. A logit of 0 is the probability 0.5.

    Example:

    >>> label_probabilities(np.array([-1.0, 0.0, 1.0])).round(3).tolist()
    [0.119, 0.5, 0.881]

    Reference:
        https://kexue.fm/archives/7359.
    """
    return 0.5 * (1 + np.tanh(np.asarray(logits, "float64")))
