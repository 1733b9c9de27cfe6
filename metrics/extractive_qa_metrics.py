"""What the answers of a reader come to beside the right ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..data.qa.normalize_answer import normalize_answer
from .f1 import answer_f1


@dataclass(frozen=True)
class ExtractiveQAMetrics:
    """Figures of answers; shares and scores are in [0, 1], and 0 where there is nothing to measure.

    Args:
        questions: How many there are.
        exact_match: The share of questions whose answer has the words of a right one, in order (`normalize_answer`).
        f1: Mean `answer_f1`, to the right answer that is nearest.
        answerable: Questions with an answer in their passage.
        answerable_exact_match: Their exact match.
        answerable_f1: Their F1.
        unanswerable: Questions without one.
        unanswerable_accuracy: The share of them that no answer was given to.
    """

    questions: int
    exact_match: float
    f1: float
    answerable: int
    answerable_exact_match: float
    answerable_f1: float
    unanswerable: int
    unanswerable_accuracy: float


def extractive_qa_metrics(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> ExtractiveQAMetrics:
    """Measure answers against right ones.

    Args:
        predictions: An answer to each question, "" for none.
        references: All right answers to each question, none for one that has no answer.

    Returns:
        `ExtractiveQAMetrics`.

    Raises:
        ValueError: there are not as many answers as questions.

    Example:

    >>> figures = extractive_qa_metrics(["the Nile", "北京市", ""], [["Nile"], ["北京", "京"], []])
    >>> round(figures.exact_match, 2), round(figures.f1, 2), figures.unanswerable_accuracy
    (0.67, 0.93, 1.0)
    """
    if len(predictions) != len(references):
        raise ValueError(f"Expected an answer to each of {len(references)} questions. Received: {len(predictions)}.")
    rows = []
    for prediction, right in zip(predictions, references, strict=True):
        words = normalize_answer(prediction)
        exact = max(float(words == normalize_answer(one)) for one in right or [""])
        rows.append((bool(right), exact, max(answer_f1(prediction, one) for one in right or [""])))
    answerable, unanswerable = [row for row in rows if row[0]], [row for row in rows if not row[0]]
    return ExtractiveQAMetrics(
        len(rows),
        _mean(rows, 1),
        _mean(rows, 2),
        len(answerable),
        _mean(answerable, 1),
        _mean(answerable, 2),
        len(unanswerable),
        _mean(unanswerable, 1),
    )


def _mean(rows: list, column: int) -> float:
    return sum(row[column] for row in rows) / len(rows) if rows else 0.0
