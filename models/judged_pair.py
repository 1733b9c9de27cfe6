"""A generated pair and what a flow thinks of it."""

from dataclasses import dataclass

from .qa_pair import QAPair


@dataclass(frozen=True, slots=True)
class JudgedPair(QAPair):
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
        reader_answer: The reader's answer to the question, "" where it finds none; None without a reader.
        round_trip: `answer_f1` of that and the pair's answer; None without a reader.
        rank: By which pairs are sorted and the better of two duplicates is chosen; higher is better.
        reason: Why it was rejected; None where it is kept.

    Example:

    >>> pair = JudgedPair("谁来了？", "小李", 0, 2, ((0, 2),), -1.5, -2.5, -0.5, "小李", 1.0, -0.6)
    >>> pair.rank, pair.reason
    (-0.6, None)
    """

    reader_answer: str | None = None
    round_trip: float | None = None
    rank: float = float("-inf")
    reason: str | None = None
