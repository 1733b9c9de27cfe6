"""What a reader finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReaderAnswer:
    """An answer that stands in the passage: `passage[start:end] == text`.

    Args:
        text: The answer, as the passage writes it.
        start: Where it begins, in code points of the passage.
        end: Where it ends.
        score: Sum of its start and end logits, the highest of all spans.
        no_answer_score: The same sum for "there is no answer"; of a passage read in pieces the lowest. There is none
            where it exceeds `score`.

    Example:

    >>> answer = ReaderAnswer("小李", 0, 2, score=4.5, no_answer_score=-3.0)
    >>> answer.score > answer.no_answer_score
    True
    """

    text: str
    start: int
    end: int
    score: float
    no_answer_score: float
