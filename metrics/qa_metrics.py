"""What generated question-answer pairs come to beside reference pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .answer_recall import answer_recall
from .bleu_4 import bleu_4
from .chrf import chrf
from .qa_aligned_f1 import qa_aligned_f1
from .repetition import distinct, duplicate_fraction
from .rouge import rouge_l


@dataclass(frozen=True)
class QAMetrics:
    """Figures of generated pairs; shares and scores are in [0, 1].

    Args:
        passages: How many there are.
        references: Reference pairs.
        generated: Generated pairs.
        k: Generated pairs of a passage that count for recall.
        grounded: The share of generated answers that stand in their passage where they say they do.
        answer_recall: Reference answers among the first k generated ones, the same.
        answer_recall_f1: The same, with a character F1 of 0.5 or more.
        aligned_precision: `qa_aligned_f1`, over pairs.
        aligned_recall: The same.
        aligned_f1: The same.
        distinct_2: Different bigrams among all of the generated questions.
        duplicates: Generated questions that their passage had already.
        asked: Questions for reference answers.
        question_rouge_l: Their mean ROUGE-L to the reference question.
        question_bleu_4: Their corpus BLEU-4.
        question_chrf: Their corpus chrF.
    """

    passages: int
    references: int
    generated: int
    k: int
    grounded: float
    answer_recall: float
    answer_recall_f1: float
    aligned_precision: float
    aligned_recall: float
    aligned_f1: float
    distinct_2: float
    duplicates: float
    asked: int
    question_rouge_l: float
    question_bleu_4: float
    question_chrf: float


def qa_metrics(
    texts: Sequence[str],
    generated: Sequence[Sequence[Any]],
    references: Sequence[Sequence[tuple[str, str]]],
    asked: Sequence[tuple[str, str]],
    k: int,
) -> QAMetrics:
    """Measure generated pairs against references.

    Args:
        texts: the passages.
        generated: for each its pairs, best first: objects with `question, answer, start, end`, as `QAPair`.
        references: for each its reference `(question, answer)` pairs.
        asked: `(question, reference question)` for reference answers.
        k: see `answer_recall`.

    Returns:
        `QAMetrics`.

    Example:

    >>> from types import SimpleNamespace
    >>> pair = SimpleNamespace(question="谁来了？", answer="小李", start=0, end=2)
    >>> qa_metrics(["小李来了"], [[pair]], [[("谁来了？", "小李")]], [("谁？", "谁来了？")], k=5).answer_recall
    1.0
    """
    mine = [[(pair.question, pair.answer) for pair in pairs] for pairs in generated]
    answers = [[answer for _, answer in pairs] for pairs in mine]
    gold = [[answer for _, answer in pairs] for pairs in references]
    placed = [
        pair.start is not None and text[pair.start : pair.end] == pair.answer
        for text, pairs in zip(texts, generated, strict=True)
        for pair in pairs
    ]
    questions, wanted = [question for question, _ in asked], [reference for _, reference in asked]
    overlap = [rouge_l(question, reference) for question, reference in asked]
    return QAMetrics(
        len(texts),
        sum(map(len, references)),
        len(placed),
        k,
        sum(placed) / len(placed) if placed else 0.0,
        answer_recall(answers, gold, k),
        answer_recall(answers, gold, k, 0.5),
        *qa_aligned_f1(mine, references),
        distinct([question for pairs in mine for question, _ in pairs]),
        duplicate_fraction([(number, question) for number, pairs in enumerate(mine) for question, _ in pairs]),
        len(asked),
        sum(overlap) / len(overlap) if overlap else 0.0,
        bleu_4(questions, wanted),
        chrf(questions, wanted),
    )
