"""Passages, answers and questions to ids and back."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from ..data.cut_passage import cut_passage
from ..data.qa_example import QAExample
from ..data.tokenizer import Tokenizer

MAX_STREAMS = 8
Target = tuple[np.ndarray, np.ndarray, np.ndarray]  # ids, span, weights
NUMBER = re.compile(r"\d+(?:[.,:：]\d+)*")


class Passage(NamedTuple):
    """A passage as a source: `text`; `ids` int32 `[s]` with [CLS] and [SEP]; `offsets` int32 `[s, 2]`, -1 at those;
    `starts` and `ends` bool `[s]`, where an answer may begin and end: at whole words, never inside a number."""

    text: str
    ids: np.ndarray
    offsets: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


@keras.saving.register_keras_serializable(package="textzoo")
class QAPreprocessor:
    """Source = `[CLS] passage [SEP]`, target = `answer [SEP] question [SEP]`.

    Args:
        tokenizer: `Tokenizer`.
        max_source_length: int. Tokens of a source, [CLS] and [SEP] included.
        max_answer_length: int. Tokens of an answer; a longer one is cut in training, without its end.
        max_question_length: int. Tokens of a question; a longer one is cut in training, without its end.
        answer_weight: float >= 0. What a token of an answer weighs in the loss; one of a question weighs 1.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "小", "李", "来", "谁", "？"])
    >>> preprocessor = QAPreprocessor(tokenizer)
    >>> record, = preprocessor.records([QAExample("小李来", "谁来？", "小李", 0)])
    >>> record["target_ids"].tolist()
    [[5, 6, 3, 8, 7, 9, 3]]

    Reference:
        https://kexue.fm/archives/7630.
    """

    def __init__(
        self, tokenizer, max_source_length=256, max_answer_length=16, max_question_length=64, answer_weight=1.0
    ):
        self.tokenizer = tokenizer
        self.max_source_length = max_source_length
        self.max_answer_length = max_answer_length
        self.max_question_length = max_question_length
        self.answer_weight = answer_weight

    def passage(self, text: str, word_borders: bool = False) -> Passage:
        """A passage as a source; with `word_borders` answers begin and end where jieba's words do."""
        tokens = self.tokenizer.tokenize(text)
        self._check(text, tokens.ids)
        ids = np.concatenate([[self.tokenizer.cls_id], tokens.ids, [self.tokenizer.sep_id]]).astype("int32")
        offsets = np.concatenate([[[-1, -1]], tokens.offsets, [[-1, -1]]]).astype("int32")
        inside = offsets[:, 0] >= 0
        whole = inside & ~self.tokenizer.is_continuation[ids]
        in_number = [place for match in NUMBER.finditer(text) for place in range(match.start() + 1, match.end())]
        starts = whole & ~np.isin(offsets[:, 0], in_number)
        ends = inside & ~np.append(inside[1:] & ~whole[1:], False) & ~np.isin(offsets[:, 1], in_number)
        if word_borders:
            import jieba

            jieba.setLogLevel("WARNING")
            words = [(start, end) for _, start, end in jieba.tokenize(text)]
            starts &= np.isin(offsets[:, 0], [start for start, _ in words])
            ends &= np.isin(offsets[:, 1], [end for _, end in words])
        return Passage(text, ids, offsets, starts, ends)

    def _check(self, text: str, ids: np.ndarray):
        shown = repr(text if len(text) <= 40 else text[:40] + "…")
        if not len(ids):
            raise ValueError(f"Expected a passage with text in it. Received: {shown}")
        if len(ids) + 2 > self.max_source_length:
            raise ValueError(
                f"Expected a passage of at most {self.max_source_length - 2} tokens. "
                f"Received: {len(ids)} tokens, {shown}"
            )
        if np.all(ids == self.tokenizer.unk_id):
            raise ValueError(f"Expected a passage with known characters. Received only unknown ones: {shown}")

    def span(self, passage: Passage, start: int, end: int) -> np.ndarray:
        """Ids of the passage's tokens that overlap code points `start` to `end`."""
        return passage.ids[_overlapping(passage, start, end)]

    def records(self, examples: Sequence[QAExample]) -> list[dict[str, np.ndarray]]:
        """Training records: the pairs of a passage as its streams, 8 at most.

        Returns:
            dicts of `source_ids` int32 `[s]`, `target_ids` int32 `[p, t]`, `target_spans` int32 `[p, 2]`: where in the
            source an answer starts and ends, zeros where it does not stand there, and `target_weights` float32
            `[p, t]`: 0 at padding, at the end of what was cut, and at answers that are not in their passage.
        """
        texts = list(dict.fromkeys(example.passage for example in examples))
        counts = [len(tokens.ids) for tokens in self.tokenizer.tokenize_batch(texts)]
        whole = {text for text, count in zip(texts, counts, strict=True) if count <= self.max_source_length - 2}
        passages: dict[str, Passage] = {}
        targets: dict[str, list[Target]] = {}
        for example in examples:
            fits = example.passage in whole
            text, start = (example.passage, example.start) if fits else self.piece(example)
            if text not in passages:
                passages[text] = self.passage(text)
            targets.setdefault(text, []).append(self._target(example, passages[text], start))
        return [
            {
                "source_ids": passages[text].ids,
                "target_ids": _stack([ids for ids, _, _ in group]),
                "target_spans": _stack([span for _, span, _ in group]),
                "target_weights": _stack([weights for _, _, weights in group]),
            }
            for text in passages
            for group in _groups(targets[text])
        ]

    def piece(self, example: QAExample) -> tuple[str, int | None]:
        """The part of a passage that the model can read and that holds the answer, or says most of a free one; where
        the answer starts in it, None for a free one."""
        limit = self.max_source_length - 2
        if example.start is not None and example.end is not None:
            for piece in cut_passage(example.passage, self.tokenizer, limit, keep=(example.start, example.end)):
                return piece.text, example.start - piece.start
        wanted = set(self.tokenizer.tokenize(example.answer).ids.tolist())
        pieces = [piece.text for piece in cut_passage(example.passage, self.tokenizer, limit)]
        return max(pieces, key=lambda text: len(wanted.intersection(self.tokenizer.tokenize(text).ids.tolist()))), None

    def _target(self, example: QAExample, passage: Passage, start: int | None) -> Target:
        end_token = self.tokenizer.sep_id
        if start is None:
            answer, first = self.tokenizer.tokenize(example.answer).ids, 0
        else:
            inside = _overlapping(passage, start, start + len(example.answer))
            answer, first = passage.ids[inside], int(inside.argmax())
        question = self.tokenizer.tokenize(example.question).ids
        ids, weights = [], []
        for part, limit, weight in (
            (answer, self.max_answer_length, 0.0 if start is None else self.answer_weight),
            (question, self.max_question_length, 1.0),
        ):
            kept = part[:limit]
            ids += [kept, [end_token]]
            weights += [np.full(len(kept), weight), [weight if len(kept) == len(part) else 0.0]]
        span = np.array([first, first + len(ids[0])] if first else [0, 0], "int32")
        return np.concatenate(ids).astype("int32"), span, np.concatenate(weights).astype("float32")

    def get_config(self) -> dict[str, Any]:
        return {
            "tokenizer": self.tokenizer.get_config(),
            "max_source_length": self.max_source_length,
            "max_answer_length": self.max_answer_length,
            "max_question_length": self.max_question_length,
            "answer_weight": self.answer_weight,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "QAPreprocessor":
        return cls(Tokenizer.from_config(config["tokenizer"]), **{k: v for k, v in config.items() if k != "tokenizer"})


def _overlapping(passage: Passage, start: int, end: int) -> np.ndarray:
    return (passage.offsets[:, 0] < end) & (passage.offsets[:, 1] > start)


def _stack(rows: list[np.ndarray]) -> np.ndarray:
    """Rows of different lengths as one array, zeros at their ends."""
    width = max(map(len, rows))
    return np.stack([np.pad(row, (0, width - len(row))) for row in rows])


def _groups(targets: list) -> list[list]:
    return [targets[at : at + MAX_STREAMS] for at in range(0, len(targets), MAX_STREAMS)]
