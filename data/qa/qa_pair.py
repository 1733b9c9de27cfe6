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


@dataclass(frozen=True, slots=True)
class ScoredQAPair(QAPair):
    """A pair of a document, with scores, a rank, and the reason where it was rejected.

    Places count in the whole document. The rank is the logarithm of a product: the mean probability of a token by the
    generator, the round trip's F1, which counts as 0.01 at least, and the reader's odds that there is an answer,
    `sigmoid(score - no_answer_score)`; the latter two only with a reader.

    Args:
        question: The question.
        answer: The answer, as the document writes it.
        start: Where the answer begins.
        end: Where it ends.
        occurrences: As in `QAPair`, those in the piece that the pair was generated from.
        answer_logprob: As in `QAPair`.
        question_logprob: As in `QAPair`.
        score: As in `QAPair`.
        round_trip_answer: The reader's answer to the question, "" where it finds none; None without a reader.
        round_trip: `answer_f1` of that and the pair's answer; None without a reader.
        rank: By which pairs are sorted and the better of two duplicates is chosen; higher is better.
        rejection_reason: Why it was rejected; None where it is kept.

    Example:

    >>> pair = ScoredQAPair("谁来了？", "小李", 0, 2, ((0, 2),), -1.5, -2.5, -0.5, "小李", 1.0, -0.6)
    >>> pair.rank, pair.rejection_reason
    (-0.6, None)
    """

    round_trip_answer: str | None = None
    round_trip: float | None = None
    rank: float = float("-inf")
    rejection_reason: str | None = None
