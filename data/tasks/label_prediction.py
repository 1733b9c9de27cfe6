"""Labels of texts, by a model of any engine."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..check_counts import check_counts
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

    def predict_labels(self, texts: str | Sequence[str], *, threshold: float = 0.0, batch_size: int = 32) -> Any:
        """Predicts the labels of texts.

        Args:
            texts: a text, or several.
            threshold: float. Logit above which a label is predicted.
            batch_size: int. Texts per batch.

        Returns:
            A dict of predicted labels and their logits, highest first; for several texts a list of such dicts.

        Raises:
            ValueError: a text is empty.
        """
        if isinstance(texts, str):
            return self.predict_labels([texts], threshold=threshold, batch_size=batch_size)[0]
        names = self.preprocessor.labels
        texts = check_texts(texts)
        check_counts(batch_size=batch_size)
        rows = self.label_logits(texts, batch_size) if texts else []
        return [
            {names[i]: float(row[i]) for i in np.argsort(-row, kind="stable") if row[i] > threshold} for row in rows
        ]
