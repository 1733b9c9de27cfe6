"""Preprocessor of multi-label classification: texts to ids, label names to columns."""

import difflib
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..check_types import check_types
from ..examples import MultiLabelExample
from ..text.check_texts import check_texts
from ..text.tokenizer import Tokenizer
from .preprocessor import Preprocessor, padded


class MultiLabelPreprocessor(Preprocessor):
    """Encodes a text as `[CLS] text [SEP]` and its labels as a row of zeros and ones.

    Args:
        tokenizer: `Tokenizer`.
        labels: names of the labels, in the order of the columns.
        max_length: int. Maximum number of tokens, [CLS] and [SEP] included; longer texts are truncated.
        thresholds: floats, one per label. Logits above which the labels are predicted; None: 0 for all.

    Call arguments:
        examples: a text, several texts, or `MultiLabelExample`s.

    Returns:
        int32 `[b, s]`, padded ids.

    Raises:
        ValueError: `labels` is empty or holds a name twice, or `thresholds` has another length or a value that is not
            finite.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "多", "谢"])
    >>> preprocessor = MultiLabelPreprocessor(tokenizer, ["anger", "gratitude"])
    >>> record, = preprocessor.records([MultiLabelExample("多谢", ("gratitude",))])
    >>> record["ids"].tolist(), record["labels"].tolist()
    ([2, 5, 6, 3], [0.0, 1.0])
    >>> preprocessor(["多谢", "谢"]).shape
    (2, 8)

    Reference:
        https://kexue.fm/archives/7359.
    """

    @check_types
    def __init__(
        self,
        tokenizer: Tokenizer,
        labels: Iterable[str] = (),
        *,
        max_length: int = 256,
        thresholds: Sequence[float] | None = None,
    ):
        super().__init__(tokenizer)
        self.labels = list(labels)
        self.max_length = max_length
        self._columns = {label: column for column, label in enumerate(self.labels)}
        if not self.labels:
            raise ValueError("Expected the names of the labels, labels=[...]. Received: none.")
        if len(self._columns) < len(self.labels):
            duplicate = next(label for label in self.labels if self.labels.count(label) > 1)
            raise ValueError(f"Expected each label once. Received: {duplicate!r} more than once.")

        self.thresholds = None if thresholds is None else [float(threshold) for threshold in thresholds]
        if self.thresholds is not None and (
            len(self.thresholds) != len(self.labels) or not all(map(math.isfinite, self.thresholds))
        ):
            received = f"{self.thresholds[:8]}, {len(self.thresholds)} values"
            raise ValueError(
                f"Expected a finite threshold for each of {len(self.labels)} labels. Received: {received}."
            )

    def __call__(self, examples: str | Sequence[str] | Sequence[MultiLabelExample]) -> np.ndarray:
        texts = [examples] if isinstance(examples, str) else examples
        rows = self.ids([text if isinstance(text, str) else text.text for text in texts])
        return padded([{"ids": row} for row in rows], "ids")["ids"]

    def ids(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Encodes each text, int32 `[length]`.

        Raises:
            ValueError: a text is empty.
        """
        for number, text in enumerate(check_texts(texts), 1):
            if not text.strip():
                raise ValueError(f"Expected texts that are not empty. Received: {text!r} as text {number}.")
        cls_id, sep_id = np.array([self.tokenizer.cls_id]), np.array([self.tokenizer.sep_id])
        rows = [tokens.ids[: self.max_length - 2] for tokens in self.tokenizer.tokenize_batch(texts)]
        return [np.concatenate([cls_id, row, sep_id], dtype="int32") for row in rows]

    def columns(self, labels: Iterable[str]) -> np.ndarray:
        """Encodes label names as float32 `[labels]` of 0 and 1.

        Raises:
            ValueError: a name is unknown, or `labels` is a string.
        """
        if isinstance(labels, str):
            raise ValueError(f"Expected a set of label names for each text. Received: the string {labels!r}.")
        row = np.zeros(len(self.labels), "float32")
        for label in labels:
            if label not in self._columns:
                nearest = difflib.get_close_matches(str(label), self.labels, n=1)
                hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
                raise ValueError(f"Expected one of the {len(self.labels)} labels. Received: {label!r}.{hint}")
            row[self._columns[label]] = 1
        return row

    def records(self, examples: Sequence[MultiLabelExample]) -> list[dict[str, np.ndarray]]:
        """Builds training records: dicts of `ids` int32 `[length]` and `labels` float32 `[labels]`."""
        ids = self.ids([example.text for example in examples])
        return [
            {"ids": row, "labels": self.columns(example.labels)} for row, example in zip(ids, examples, strict=True)
        ]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "labels": self.labels,
            "max_length": self.max_length,
            "thresholds": self.thresholds,
        }
