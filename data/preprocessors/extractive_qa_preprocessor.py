"""Preprocessor of extractive question answering: passages and questions to windows of ids."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..check_types import check_types
from ..examples import QAExample
from ..text.tokenizer import Tokenizer, Tokens
from .preprocessor import Preprocessor, padded


class Window(NamedTuple):
    """A question and a part of a passage.

    `ids` and `segment_ids` int32 `[s]`; `offsets` int32 `[s, 2]`, code points of the whole passage, -1 outside it.
    """

    ids: np.ndarray
    segment_ids: np.ndarray
    offsets: np.ndarray


class ExtractiveQAPreprocessor(Preprocessor):
    """Builds `[CLS] question [SEP] passage [SEP]`, segment 0 up to the first [SEP], segment 1 after it.

    The question comes first, as in BERT, so that its positions do not depend on the passage. A long passage is split
    into windows that overlap by half: one of them holds any answer of up to half a window.

    Args:
        tokenizer: `Tokenizer`.
        max_question_length: int. Maximum number of tokens of a question; longer ones are truncated.
        max_passage_length: int, 2 or more. Maximum number of passage tokens in a window.

    Call arguments:
        examples: `QAExample`s, or pairs of a passage and a question.

    Returns:
        dict of `ids` and `segment_ids` int32 `[b, s]`, the windows of all passages in their order.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "小", "李", "来", "谁", "？"])
    >>> record, = ExtractiveQAPreprocessor(tokenizer).records([QAExample("小李来", "谁来？", "小李", 0)])
    >>> record["ids"].tolist(), record["labels"].tolist()
    ([2, 8, 7, 9, 3, 5, 6, 7, 3], [5, 6])
    >>> ExtractiveQAPreprocessor(tokenizer)([("小李来", "谁来？")])["ids"].shape
    (1, 16)

    Reference:
        Devlin et al., arXiv 1810.04805, section 4.2.
    """

    @check_types
    def __init__(self, tokenizer: Tokenizer, *, max_question_length: int = 64, max_passage_length: int = 256):
        super().__init__(tokenizer)
        self.max_question_length = max_question_length
        self.max_passage_length = max_passage_length

    def __call__(self, examples: Sequence[QAExample] | Sequence[tuple[str, str]]) -> dict[str, np.ndarray]:
        pairs = [(e.passage, e.question) if isinstance(e, QAExample) else e for e in examples]
        groups = self.windows([passage for passage, _ in pairs], [question for _, question in pairs])
        return padded([window._asdict() for group in groups for window in group], "ids", "segment_ids")

    def windows(self, passages: Sequence[str], questions: Sequence[str]) -> list[list[Window]]:
        """Splits each passage into windows that begin with its question.

        Args:
            passages: texts.
            questions: a question for each passage.

        Returns:
            A list of windows for each passage.

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
        prefix = np.concatenate([cls_id, question[: self.max_question_length], sep_id])
        size, stride = self.max_passage_length, self.max_passage_length // 2
        last = max(0, -(-(len(passage.ids) - size) // stride))
        windows = []
        for start in range(0, last * stride + 1, stride):
            part = slice(start, start + size)
            ids = np.concatenate([prefix, passage.ids[part], sep_id]).astype("int32")
            offsets = np.full((len(ids), 2), -1, "int32")
            offsets[len(prefix) : -1] = passage.offsets[part]
            segment_ids = (np.arange(len(ids)) >= len(prefix)).astype("int32")
            windows.append(Window(ids=ids, segment_ids=segment_ids, offsets=offsets))
        return windows

    def records(self, examples: Sequence[QAExample]) -> list[dict[str, np.ndarray]]:
        """Builds training records, one per window.

        Args:
            examples: Questions and their passages; the answer "" marks a question without an answer.

        Returns:
            dicts of `ids` and `segment_ids` int32 `[s]`, and `labels` int32 `[2]`, the first and the last token of the
            answer. Both are 0, [CLS], for a question without an answer and a window without the whole answer.

        Raises:
            ValueError: an answer is no span of its passage, or a passage or a question has no token.
        """
        for example in examples:
            if example.start is None and example.answer:
                raise ValueError(f"Expected answers that are spans of their passage. Received: {example.answer[:40]!r}")
        windows = self.windows([e.passage for e in examples], [e.question for e in examples])
        return [
            {"ids": window.ids, "segment_ids": window.segment_ids, "labels": _labels(window.offsets, example)}
            for example, group in zip(examples, windows, strict=True)
            for window in group
        ]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "max_question_length": self.max_question_length,
            "max_passage_length": self.max_passage_length,
        }


def _labels(offsets: np.ndarray, example: QAExample) -> np.ndarray:
    start, end = example.start, example.end
    inside = np.flatnonzero(offsets[:, 0] >= 0)
    if start is None or end is None or offsets[inside[0], 0] > start or offsets[inside[-1], 1] < end:
        return np.zeros(2, "int32")
    answer = inside[(offsets[inside, 0] < end) & (offsets[inside, 1] > start)]
    return np.array([answer[0], answer[-1]] if len(answer) else [0, 0], "int32")
