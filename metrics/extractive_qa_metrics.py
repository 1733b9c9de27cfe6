"""Exact match and F1 of extractive question answering."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..data.check_types import check_types
from ..data.qa.normalize_answer import normalize_answer
from .f1 import answer_f1


@dataclass(frozen=True)
class ExtractiveQAMetrics:
    """Metrics of predicted answers; fractions and scores are in [0, 1], and 0 over no questions.

    Args:
        questions: Number of questions.
        exact_match: Fraction of questions whose predicted answer has the same words as a reference, in order
            (`normalize_answer`).
        f1: Mean `answer_f1` to the nearest reference.
        answerable: Number of questions with an answer in their passage.
        answerable_exact_match: Exact match over the answerable questions.
        answerable_f1: F1 over the answerable questions.
        unanswerable: Number of questions without an answer in their passage.
        unanswerable_accuracy: Fraction of the unanswerable questions without a predicted answer.
    """

    questions: int
    exact_match: float
    f1: float
    answerable: int
    answerable_exact_match: float
    answerable_f1: float
    unanswerable: int
    unanswerable_accuracy: float


@check_types
def extractive_qa_metrics(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> ExtractiveQAMetrics:
    """Compares predicted answers with reference answers.

    Args:
        predictions: Predicted answer to each question, "" for none.
        references: All correct answers to each question; empty for an unanswerable question.

    Returns:
        `ExtractiveQAMetrics`.

    Raises:
        ValueError: `predictions` and `references` differ in length.

    Example:

    >>> metrics = extractive_qa_metrics(["the Nile", "北京市", ""], [["Nile"], ["北京", "京"], []])
    >>> round(metrics.exact_match, 2), round(metrics.f1, 2), metrics.unanswerable_accuracy
    (0.67, 0.93, 1.0)
    """
    if len(predictions) != len(references):
        raise ValueError(f"Expected an answer to each of {len(references)} questions. Received: {len(predictions)}.")
    rows = []
    for prediction, answers in zip(predictions, references, strict=True):
        words = normalize_answer(prediction)
        exact = max(float(words == normalize_answer(answer)) for answer in answers or [""])
        rows.append((bool(answers), exact, max(answer_f1(prediction, answer) for answer in answers or [""])))
    answerable, unanswerable = [row for row in rows if row[0]], [row for row in rows if not row[0]]
    return ExtractiveQAMetrics(
        questions=len(rows),
        exact_match=_column_mean(rows, 1),
        f1=_column_mean(rows, 2),
        answerable=len(answerable),
        answerable_exact_match=_column_mean(answerable, 1),
        answerable_f1=_column_mean(answerable, 2),
        unanswerable=len(unanswerable),
        unanswerable_accuracy=_column_mean(unanswerable, 1),
    )


def _column_mean(rows: list, column: int) -> float:
    return sum(row[column] for row in rows) / len(rows) if rows else 0.0
