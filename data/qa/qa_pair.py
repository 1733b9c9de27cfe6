"""Generated question-answer pairs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QAPair:
    """A question and its answer, a span of the passage: `passage[start:end] == answer`.

    Args:
        question: The question.
        answer: The answer, in the passage's wording.
        start: Start of the answer in code points of the passage; None for a given answer that is not in the passage.
        end: End of the answer; None if `start` is.
        occurrences: `(start, end)` of every occurrence of the answer in the passage.
        answer_logprob: Log-probability of the answer and its end token given the passage, in nats.
        question_logprob: Log-probability of the question and its end token given passage and answer, among the
            tokens that can be generated, in nats.
        score: Mean log-probability per token of both.

    Example:

    >>> pair = QAPair(
    ...     question="谁写了信？",
    ...     answer="小李",
    ...     start=0,
    ...     end=2,
    ...     occurrences=((0, 2),),
    ...     answer_logprob=-1.5,
    ...     question_logprob=-2.5,
    ...     score=-0.5,
    ... )
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
    """A pair of a document with filter scores, rank and, if it was rejected, the reason.

    Positions are code points of the whole document. The rank is the logarithm of the probability. Without one, it is
    the logarithm of a product of three factors: the geometric mean of the generator's token probabilities; the
    round-trip F1, at least 0.01; the round-trip model's probability that the question has an answer,
    `sigmoid(score - no_answer_score)`. The latter two need a round-trip model.

    Args:
        question: The question.
        answer: The answer, in the document's wording.
        start: Start of the answer.
        end: End of the answer.
        occurrences: As in `QAPair`, within the chunk that the pair was generated from.
        answer_logprob: As in `QAPair`.
        question_logprob: As in `QAPair`.
        score: As in `QAPair`.
        round_trip_answer: The round-trip model's answer to the question, "" if it finds none; None without a model.
        round_trip: `answer_f1` of `round_trip_answer` and `answer`; None without a model.
        probability: Probability that a reader judges the pair right, by the model's `PairQuality`; None without one.
        rank: Sorts pairs and decides between duplicates; higher is better.
        rejection_reason: Reason of the rejection; None if the pair is kept.

    Example:

    >>> pair = ScoredQAPair(
    ...     question="谁来了？",
    ...     answer="小李",
    ...     start=0,
    ...     end=2,
    ...     occurrences=((0, 2),),
    ...     answer_logprob=-1.5,
    ...     question_logprob=-2.5,
    ...     score=-0.5,
    ...     round_trip_answer="小李",
    ...     round_trip=1.0,
    ...     rank=-0.6,
    ... )
    >>> pair.rank, pair.rejection_reason
    (-0.6, None)
    """

    round_trip_answer: str | None = None
    round_trip: float | None = None
    probability: float | None = None
    rank: float = float("-inf")
    rejection_reason: str | None = None
