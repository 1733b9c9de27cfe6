"""Metrics of generated question-answer pairs against reference pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..data.check_types import check_types
from .answer_recall import answer_recall
from .bleu_4 import bleu_4
from .chrf import chrf
from .qa_aligned_f1 import qa_aligned_f1
from .repetition import distinct, duplicate_fraction
from .rouge import rouge_l


@dataclass(frozen=True)
class QAMetrics:
    """Metrics of generated pairs; fractions and scores are in [0, 1].

    Args:
        passages: Number of passages.
        references: Number of reference pairs.
        generated: Number of generated pairs.
        k: Number of generated pairs per passage that count for recall.
        grounded: Fraction of generated answers that equal the passage's text at their start and end.
        answer_recall: Fraction of reference answers that equal one of the first k generated answers.
        answer_recall_f1: Fraction of reference answers with a character F1 of 0.5 or more to one of them.
        aligned_precision: Precision of `qa_aligned_f1`.
        aligned_recall: Recall of `qa_aligned_f1`.
        aligned_f1: F1 of `qa_aligned_f1`.
        distinct_2: Fraction of distinct bigrams among those of all generated questions.
        duplicates: Fraction of generated questions that repeat one of the same passage.
        asked: Number of questions generated for reference answers.
        question_rouge_l: Mean ROUGE-L of those questions to the reference questions.
        question_bleu_4: Corpus BLEU-4 of those questions.
        question_chrf: Corpus chrF of those questions.
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


@check_types
def qa_metrics(
    generated: Sequence[Sequence[Any]],
    references: Sequence[Sequence[tuple[str, str]]],
    *,
    texts: Sequence[str],
    asked: Sequence[tuple[str, str]],
    k: int,
) -> QAMetrics:
    """Compares generated pairs with reference pairs.

    Args:
        generated: Pairs of each passage, best first: objects with `question, answer, start, end`, as `QAPair`.
        references: Reference `(question, answer)` pairs of each passage.
        texts: The passages.
        asked: `(generated question, reference question)` for each reference answer.
        k: int. Number of generated pairs per passage that count for recall (`answer_recall`).

    Returns:
        `QAMetrics`.

    Example:

    >>> from types import SimpleNamespace
    >>> pair = SimpleNamespace(question="谁来了？", answer="小李", start=0, end=2)
    >>> references, asked = [[("谁来了？", "小李")]], [("谁？", "谁来了？")]
    >>> qa_metrics([[pair]], references, texts=["小李来了"], asked=asked, k=5).answer_recall
    1.0
    """
    generated_pairs = [[(pair.question, pair.answer) for pair in pairs] for pairs in generated]
    answers = [[answer for _, answer in pairs] for pairs in generated_pairs]
    reference_answers = [[answer for _, answer in pairs] for pairs in references]
    grounded = [
        pair.start is not None and text[pair.start : pair.end] == pair.answer
        for text, pairs in zip(texts, generated, strict=True)
        for pair in pairs
    ]
    questions, targets = [question for question, _ in asked], [reference for _, reference in asked]
    rouge_scores = [rouge_l(question, reference) for question, reference in asked]
    aligned = qa_aligned_f1(generated_pairs, references)
    return QAMetrics(
        passages=len(texts),
        references=sum(map(len, references)),
        generated=len(grounded),
        k=k,
        grounded=sum(grounded) / len(grounded) if grounded else 0.0,
        answer_recall=answer_recall(answers, reference_answers, k=k),
        answer_recall_f1=answer_recall(answers, reference_answers, k=k, min_f1=0.5),
        aligned_precision=aligned.precision,
        aligned_recall=aligned.recall,
        aligned_f1=aligned.f1,
        distinct_2=distinct([question for pairs in generated_pairs for question, _ in pairs]),
        duplicates=duplicate_fraction(
            [(number, question) for number, pairs in enumerate(generated_pairs) for question, _ in pairs]
        ),
        asked=len(asked),
        question_rouge_l=sum(rouge_scores) / len(rouge_scores) if rouge_scores else 0.0,
        question_bleu_4=bleu_4(questions, targets),
        question_chrf=chrf(questions, targets),
    )
