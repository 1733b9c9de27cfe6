"""Passages and questions to ids."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from ...data.examples import QAExample
from ...data.text.tokenizer import Tokenizer, Tokens


class Window(NamedTuple):
    """A question and a part of a passage: `ids` and `segment_ids` int32 `[s]`; `offsets` int32 `[s, 2]` in code points
    of the whole passage, -1 outside it."""

    ids: np.ndarray
    segment_ids: np.ndarray
    offsets: np.ndarray


@keras.saving.register_keras_serializable(package="textzoo")
class ExtractiveQAPreprocessor:
    """`[CLS] question [SEP] passage [SEP]`, segment 0 up to the first [SEP], segment 1 after it.

    The question stands first, as in BERT's own training on pairs, so that its positions do not depend on the passage.
    A passage of more tokens is read in windows, each of which repeats the second half of the one before: an answer of
    up to half a window stands whole in one of them.

    Args:
        tokenizer: `Tokenizer`.
        max_question_length: int. Tokens of a question; a longer one loses its end.
        max_passage_length: int, 2 or more. Tokens of a window of the passage.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "小", "李", "来", "谁", "？"])
    >>> record, = ExtractiveQAPreprocessor(tokenizer).records([QAExample("小李来", "谁来？", "小李", 0)])
    >>> record["ids"].tolist(), record["labels"].tolist()
    ([2, 8, 7, 9, 3, 5, 6, 7, 3], [5, 6])

    Reference:
        Devlin et al., arXiv 1810.04805, section 4.2.
    """

    def __init__(self, tokenizer: Tokenizer, max_question_length: int = 64, max_passage_length: int = 256):
        self.tokenizer = tokenizer
        self.max_question_length = max_question_length
        self.max_passage_length = max_passage_length

    def windows(self, passages: Sequence[str], questions: Sequence[str]) -> list[list[Window]]:
        """The windows of each passage, its question before each of them.

        Raises:
            ValueError: a passage or a question has no token, or `max_passage_length` is below 2.
        """
        if self.max_passage_length < 2:
            raise ValueError(f"Expected max_passage_length of 2 or more. Received: {self.max_passage_length}")
        texts = list(dict.fromkeys([*passages, *questions]))
        tokens = dict(zip(texts, self.tokenizer.tokenize_batch(texts), strict=True))
        for kind, group in (("a passage", passages), ("a question", questions)):
            for text in group:
                if not len(tokens[text].ids):
                    raise ValueError(f"Expected {kind} with text in it. Received: {text[:40]!r}")
        return [self._windows(tokens[p], tokens[q].ids) for p, q in zip(passages, questions, strict=True)]

    def _windows(self, passage: Tokens, question: np.ndarray) -> list[Window]:
        cls_id, sep_id = [self.tokenizer.cls_id], [self.tokenizer.sep_id]
        head = np.concatenate([cls_id, question[: self.max_question_length], sep_id])
        size = self.max_passage_length
        last = max(0, -(-(len(passage.ids) - size) // (size // 2)))
        found = []
        for start in range(0, last * (size // 2) + 1, size // 2):
            part = slice(start, start + size)
            ids = np.concatenate([head, passage.ids[part], sep_id]).astype("int32")
            offsets = np.full((len(ids), 2), -1, "int32")
            offsets[len(head) : -1] = passage.offsets[part]
            found.append(Window(ids, (np.arange(len(ids)) >= len(head)).astype("int32"), offsets))
        return found

    def records(self, examples: Sequence[QAExample]) -> list[dict[str, np.ndarray]]:
        """Training records, one a window.

        Returns:
            dicts of `ids` and `segment_ids` int32 `[s]`, and `labels` int32 `[2]`: the first and the last token of the
            answer; both 0, [CLS], for a question without one and for a window that does not hold it whole.

        Raises:
            ValueError: an answer is no span of its passage, or a passage or a question has no token.
        """
        for example in examples:
            if example.start is None and example.answer:
                raise ValueError(f"Expected answers that stand in their passage. Received: {example.answer[:40]!r}")
        windows = self.windows([e.passage for e in examples], [e.question for e in examples])
        return [
            {"ids": window.ids, "segment_ids": window.segment_ids, "labels": _labels(window.offsets, example)}
            for example, group in zip(examples, windows, strict=True)
            for window in group
        ]

    def get_config(self) -> dict[str, Any]:
        return {
            "tokenizer": self.tokenizer.get_config(),
            "max_question_length": self.max_question_length,
            "max_passage_length": self.max_passage_length,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "ExtractiveQAPreprocessor":
        return cls(Tokenizer.from_config(config["tokenizer"]), **{k: v for k, v in config.items() if k != "tokenizer"})


def _labels(offsets: np.ndarray, example: QAExample) -> np.ndarray:
    start, end = example.start, example.end
    inside = np.flatnonzero(offsets[:, 0] >= 0)
    if start is None or end is None or offsets[inside[0], 0] > start or offsets[inside[-1], 1] < end:
        return np.zeros(2, "int32")
    held = inside[(offsets[inside, 0] < end) & (offsets[inside, 1] > start)]
    return np.array([held[0], held[-1]] if len(held) else [0, 0], "int32")
