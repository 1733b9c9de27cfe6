"""One question-answer pair of a passage."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QAExample:
    """A question on a passage and its answer.

    Args:
        passage: The text that was asked about.
        question: The question.
        answer: The answer to train on; `passage[start:start + len(answer)]` unless `start` is None.
        start: Where the answer begins in the passage, in code points; None where the passage does not hold it.
        id: The example's name in its file.
        answers: All gold answers, the training answer first.

    Example:
        >>> example = QAExample("北京是首都", "首都是哪里?", "北京", start=0)
        >>> example.passage[example.start : example.end]
        '北京'
    """

    passage: str
    question: str
    answer: str
    start: int | None
    id: str | None = None
    answers: tuple[str, ...] = ()

    @property
    def end(self) -> int | None:
        return None if self.start is None else self.start + len(self.answer)
