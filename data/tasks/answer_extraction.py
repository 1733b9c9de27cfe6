"""Answers to questions as spans of passages, by a model of any engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..check_counts import check_counts
from ..decoding_constants import MASKED_LOGIT
from ..length_batching import batch_by_length
from ..preprocessors.extractive_qa_preprocessor import ExtractiveQAPreprocessor, Window
from ..qa.best_span import best_span
from ..text.check_texts import check_texts


@dataclass(frozen=True, slots=True)
class ExtractiveAnswer:
    """A span of the passage as an answer: `passage[start:end] == text`.

    Args:
        text: The answer.
        start: Its start in the passage, in code points.
        end: Its end in the passage, in code points.
        score: Sum of its start and end logits, the highest of all spans.
        no_answer_score: The same sum for "no answer", the lowest of all windows of the passage. If it exceeds `score`,
            the passage holds no answer.

    Example:

    >>> answer = ExtractiveAnswer("小李", 0, 2, score=4.5, no_answer_score=-3.0)
    >>> answer.score > answer.no_answer_score
    True
    """

    text: str
    start: int
    end: int
    score: float
    no_answer_score: float


class AnswerExtraction:
    """Method that answers questions, for the models of every engine.

    A subclass has a `preprocessor` and the methods `check_max_length`, see `Task`, and `span_logits`.
    """

    preprocessor: ExtractiveQAPreprocessor
    check_max_length: Callable[[Sequence[np.ndarray]], None]

    def span_logits(self, windows: Sequence[Window]) -> np.ndarray:
        """Computes start and end logits `[windows, 2, s]`, -1e9 outside passage and [CLS]."""
        raise NotImplementedError

    def answer(
        self,
        passages: str | Sequence[str],
        questions: str | Sequence[str],
        *,
        batch_size: int = 16,
        max_answer_length: int = 30,
    ) -> Any:
        """Finds the best answer to each question.

        Args:
            passages: a text of any length, or several.
            questions: the question about the text, or a question for each of the texts.
            batch_size: int. Windows per batch.
            max_answer_length: int. Maximum number of tokens of an answer.

        Returns:
            `ExtractiveAnswer`, the span with the highest sum of logits in all windows of the passage; for several texts
            a list of them.

        Raises:
            ValueError: the numbers of passages and questions differ, or one of them has no token.
        """
        texts, asked = check_texts(passages, "passage"), check_texts(questions, "question")
        check_counts(batch_size=batch_size, max_answer_length=max_answer_length)
        if isinstance(passages, str) != isinstance(questions, str):
            raise ValueError("Expected a passage and a question, or a list of each. Received: one and a list.")
        if isinstance(passages, str):
            options: Any = {"batch_size": batch_size, "max_answer_length": max_answer_length}
            return self.answer(texts, asked, **options)[0]
        passages, questions = texts, asked
        if len(passages) != len(questions):
            raise ValueError(f"Expected a question for each of {len(passages)} passages. Received: {len(questions)}")
        groups = self.preprocessor.windows(passages, questions)
        windows = [(row, window) for row, group in enumerate(groups) for window in group]
        self.check_max_length([window.ids for _, window in windows])
        best: list[Any] = [None] * len(passages)
        no_answer_scores = np.full(len(passages), np.inf)
        for numbers in batch_by_length([len(window.ids) for _, window in windows], batch_size):
            batch = [windows[number] for number in numbers]
            logits = self.span_logits([window for _, window in batch])
            allowed = np.where(logits <= MASKED_LOGIT, -np.inf, logits)
            allowed[:, :, 0] = -np.inf
            spans = zip(*best_span(allowed[:, 0], allowed[:, 1], max_length=max_answer_length), strict=True)
            for number, (row, window), cls_score, (first, last, score) in zip(
                numbers, batch, logits[:, :, 0].sum(axis=1), spans, strict=True
            ):
                no_answer_scores[row] = min(no_answer_scores[row], float(cls_score))
                if best[row] is None or (score, -number) > best[row][:2]:
                    span = int(window.offsets[first, 0]), int(window.offsets[last, 1])
                    best[row] = float(score), -number, *span
        return [
            ExtractiveAnswer(
                text=text[start:end], start=start, end=end, score=score, no_answer_score=float(no_answer_score)
            )
            for text, no_answer_score, (score, _, start, end) in zip(passages, no_answer_scores, best, strict=True)
        ]
