"""Preprocessor of question-answer generation: passages, answers and questions to ids and back."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..check_types import check_types
from ..examples import QAExample
from ..qa.passage_encoding import EncodedPassage, encode_passage
from ..text.check_texts import check_text, check_texts
from ..text.chunking import chunk_passage
from ..text.tokenizer import Tokenizer
from .preprocessor import Preprocessor, padded

MAX_STREAMS = 8
Target = tuple[np.ndarray, np.ndarray, np.ndarray]  # ids, span, weights


class QAPreprocessor(Preprocessor):
    """Builds the source `[CLS] passage [SEP]` and the target `answer [SEP] question [SEP]`.

    Args:
        tokenizer: `Tokenizer`.
        max_source_length: int. Maximum number of tokens of a source, [CLS] and [SEP] included.
        max_answer_length: int. Maximum number of tokens of an answer. Training truncates longer ones and gives their
            end token weight 0.
        max_question_length: int. The same for a question.
        answer_weight: float >= 0. Weight of an answer's token in the loss; a question's token has weight 1.

    Call arguments:
        examples: a passage, several passages, or `QAExample`s.

    Returns:
        dict of `source_ids` int32 `[b, s]` and, for examples, `target_ids` int32 `[b, p, t]` and `target_spans` int32
        `[b, p, 2]`, see `UniLM`. The p pairs of a passage share its row.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "小", "李", "来", "谁", "？"])
    >>> preprocessor = QAPreprocessor(tokenizer)
    >>> record, = preprocessor.records([QAExample("小李来", "谁来？", "小李", 0)])
    >>> record["target_ids"].tolist()
    [[5, 6, 3, 8, 7, 9, 3]]
    >>> preprocessor(["小李来", "小李"])["source_ids"].shape
    (2, 8)

    Reference:
        https://kexue.fm/archives/7630.
    """

    @check_types
    def __init__(
        self,
        tokenizer: Tokenizer,
        *,
        max_source_length: int = 256,
        max_answer_length: int = 16,
        max_question_length: int = 64,
        answer_weight: float = 1.0,
    ):
        super().__init__(tokenizer)
        self.max_source_length = max_source_length
        self.max_answer_length = max_answer_length
        self.max_question_length = max_question_length
        self.answer_weight = answer_weight

    def __call__(self, examples: str | Sequence[str] | Sequence[QAExample]) -> dict[str, np.ndarray]:
        rows: Any = [examples] if isinstance(examples, str) else examples
        if any(isinstance(row, str) for row in rows):
            texts = check_texts(rows, "passage")
            return padded([{"source_ids": self.passage(text).ids} for text in texts], "source_ids")
        batch = padded(self.records(rows), "source_ids", "target_ids", "target_spans")
        return batch | {"target_spans": batch["target_spans"][..., :2]}  # a batch's last axes are padded

    def passage(self, text: str, align_to_words: bool = False) -> EncodedPassage:
        """Encodes a passage as a source, see `encode_passage`."""
        return encode_passage(
            check_text(text, "passage"),
            self.tokenizer,
            max_length=self.max_source_length,
            align_to_words=align_to_words,
        )

    def records(self, examples: Sequence[QAExample]) -> list[dict[str, np.ndarray]]:
        """Builds training records; the pairs of a passage are the streams of its records, at most 8 per record.

        Args:
            examples: Pairs and their passages. Of a long passage only the chunk with the answer is used.

        Returns:
            dicts of `source_ids` int32 `[s]`; `target_ids` int32 `[p, t]`; `target_spans` int32 `[p, 2]`, start and end
            of the answers in the source, zeros if it does not hold them; and `target_weights` float32 `[p, t]`, 0 at
            padding, at the end token of a truncated part, and at answers that are not in their passage or begin or end
            inside one of its tokens.
        """
        texts = list(dict.fromkeys(example.passage for example in examples))
        counts = [len(tokens.ids) for tokens in self.tokenizer.tokenize_batch(texts)]
        fitting = {text for text, count in zip(texts, counts, strict=True) if count <= self.max_source_length - 2}
        passages: dict[str, EncodedPassage] = {}
        targets: dict[str, list[Target]] = {}
        for example in examples:
            fits = example.passage in fitting
            text, start = (example.passage, example.start) if fits else self.answer_chunk(example)
            if text not in passages:
                passages[text] = self.passage(text)
            targets.setdefault(text, []).append(self._target(example, passages[text], start=start))
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

    def answer_chunk(self, example: QAExample) -> tuple[str, int | None]:
        """Returns the chunk of a passage that holds the answer, or most tokens of an answer that is no span.

        Args:
            example: A pair and its passage.

        Returns:
            The text of a chunk that fits `max_source_length`, and the start of the answer in it; None if the answer is
            no span of the chunk.
        """
        max_tokens = self.max_source_length - 2
        if example.start is not None and example.end is not None:
            span = example.start, example.end
            for chunk in chunk_passage(example.passage, self.tokenizer, max_tokens=max_tokens, answer_span=span):
                return chunk.text, example.start - chunk.start
        answer_ids = set(self.tokenizer.tokenize(example.answer).ids.tolist())
        texts = [chunk.text for chunk in chunk_passage(example.passage, self.tokenizer, max_tokens=max_tokens)]
        return max(
            texts, key=lambda text: len(answer_ids.intersection(self.tokenizer.tokenize(text).ids.tolist()))
        ), None

    def _target(self, example: QAExample, passage: EncodedPassage, *, start: int | None) -> Target:
        end_id = self.tokenizer.sep_id
        end = None if start is None else start + len(example.answer)
        if start is None or end is None:
            answer, first, is_span = self.tokenizer.tokenize(example.answer).ids, 0, False
        else:
            first, last = passage.token_span(start, end)
            answer, is_span = passage.ids[first:last], not passage.divides_token(start, end)
        question = self.tokenizer.tokenize(example.question).ids
        ids, weights = [], []
        for part, max_length, weight in (
            (answer, self.max_answer_length, self.answer_weight if is_span else 0.0),
            (question, self.max_question_length, 1.0),
        ):
            kept = part[:max_length]
            ids += [kept, [end_id]]
            weights += [np.full(len(kept), weight), [weight if len(kept) == len(part) else 0.0]]
        span = np.array([first, first + len(ids[0])] if first else [0, 0], "int32")
        return np.concatenate(ids).astype("int32"), span, np.concatenate(weights).astype("float32")

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "max_source_length": self.max_source_length,
            "max_answer_length": self.max_answer_length,
            "max_question_length": self.max_question_length,
            "answer_weight": self.answer_weight,
        }


def _stack(rows: list[np.ndarray]) -> np.ndarray:
    """Stacks rows of different lengths, padded with zeros."""
    width = max(map(len, rows))
    return np.stack([np.pad(row, (0, width - len(row))) for row in rows])


def _groups(targets: list) -> list[list]:
    return [targets[start : start + MAX_STREAMS] for start in range(0, len(targets), MAX_STREAMS)]
