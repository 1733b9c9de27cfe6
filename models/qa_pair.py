"""A generated question and its answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QAPair:
    """A question and an answer that stands in the passage: `passage[start:end] == answer`.

    Args:
        question: The question.
        answer: The answer, as the passage writes it.
        start: Where the answer begins, in code points of the passage; None for a free answer that the user brought.
        end: Where it ends; None with `start`.
        occurrences: `(start, end)` of every place in the passage that reads the same.
        answer_logprob: Log-probability of the answer and its end given the passage, in nats.
        question_logprob: Log-probability of the question and its end given passage and answer, among the
            tokens that can be written, in nats.
        score: Mean log-probability a token over both.

    Example:

    >>> pair = QAPair("谁写了信？", "小李", 0, 2, ((0, 2),), -1.5, -2.5, -0.5)
    >>> "小李写了信。"[pair.start : pair.end]
    '小李'
    """

    question: str
    answer: str
    start: int | None
    end: int | None
    occurrences: tuple[tuple[int, int], ...]
    answer_logprob: float
    question_logprob: float
    score: float
