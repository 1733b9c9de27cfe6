"""Passages, answers and questions to ids and back."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from ...data.examples import QAExample
from ...data.qa.passage_encoding import EncodedPassage, encode_passage
from ...data.text.chunking import chunk_passage
from ...data.text.tokenizer import Tokenizer

MAX_STREAMS = 8
Target = tuple[np.ndarray, np.ndarray, np.ndarray]  # ids, span, weights


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

    def passage(self, text: str, align_to_words: bool = False) -> EncodedPassage:
        """Encodes a passage as a source, see `encode_passage`."""
        return encode_passage(text, self.tokenizer, self.max_source_length, align_to_words)

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
        passages: dict[str, EncodedPassage] = {}
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
            for piece in chunk_passage(example.passage, self.tokenizer, limit, keep=(example.start, example.end)):
                return piece.text, example.start - piece.start
        wanted = set(self.tokenizer.tokenize(example.answer).ids.tolist())
        pieces = [piece.text for piece in chunk_passage(example.passage, self.tokenizer, limit)]
        return max(pieces, key=lambda text: len(wanted.intersection(self.tokenizer.tokenize(text).ids.tolist()))), None

    def _target(self, example: QAExample, passage: EncodedPassage, start: int | None) -> Target:
        end_token = self.tokenizer.sep_id
        if start is None:
            answer, first = self.tokenizer.tokenize(example.answer).ids, 0
        else:
            inside = passage.overlapping(start, start + len(example.answer))
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


def _stack(rows: list[np.ndarray]) -> np.ndarray:
    """Rows of different lengths as one array, zeros at their ends."""
    width = max(map(len, rows))
    return np.stack([np.pad(row, (0, width - len(row))) for row in rows])


def _groups(targets: list) -> list[list]:
    return [targets[at : at + MAX_STREAMS] for at in range(0, len(targets), MAX_STREAMS)]
