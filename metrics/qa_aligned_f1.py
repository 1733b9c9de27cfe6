"""QAAlignedF1: mutual coverage of generated and reference question-answer pairs."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..data.check_types import check_types
from .f1 import character_f1, f1_from_precision_recall

Pair = tuple[str, str]


class QAAlignedF1(NamedTuple):
    """Means over passages, each in [0, 1]."""

    precision: float
    recall: float
    f1: float


@check_types
def qa_aligned_f1(
    generated: Sequence[Sequence[Pair]],
    references: Sequence[Sequence[Pair]],
    *,
    similarity: Callable[[str, str], float] = character_f1,
) -> QAAlignedF1:
    """Computes QAAlignedF1: aligns each pair with the most similar pair of the other side.

    A pair is compared as the text "question: q, answer: a". For each passage, precision is the mean over generated
    pairs of the highest similarity to a reference pair. Recall is the mean over reference pairs of the highest
    similarity to a generated pair. F1 is their harmonic mean. All three are 0 if either side is empty.

    Args:
        generated: `(question, answer)` pairs of each passage.
        references: Reference pairs of each passage.
        similarity: Function of a generated and a reference text, in [0, 1]. The published metric uses BERTScore or
            MoverScore.

    Returns:
        `QAAlignedF1`; 0 without passages.

    Raises:
        ValueError: `generated` and `references` differ in length.

    Example:

    >>> qa_aligned_f1([[("谁来了", "小李")]], [[("谁来了", "小李"), ("谁走了", "小王")]]).precision
    1.0

    Reference:
        Ushio et al. 2023, arXiv 2305.17002.
    """
    if len(generated) != len(references):
        raise ValueError(f"Expected references for {len(generated)} passages. Received: {len(references)}")
    rows = [
        _passage_scores(passage_generated, passage_references, similarity=similarity)
        for passage_generated, passage_references in zip(generated, references, strict=True)
    ] or [QAAlignedF1(precision=0.0, recall=0.0, f1=0.0)]
    return QAAlignedF1._make(sum(column) / len(column) for column in zip(*rows, strict=True))


def _passage_scores(
    generated: Sequence[Pair], references: Sequence[Pair], *, similarity: Callable[[str, str], float]
) -> QAAlignedF1:
    if not generated or not references:
        return QAAlignedF1(precision=0.0, recall=0.0, f1=0.0)
    generated_texts, reference_texts = (
        [f"question: {question}, answer: {answer}" for question, answer in pairs] for pairs in (generated, references)
    )
    similarities = [[similarity(text, reference) for reference in reference_texts] for text in generated_texts]
    precision = sum(map(max, similarities)) / len(generated_texts)
    recall = sum(map(max, zip(*similarities, strict=True))) / len(reference_texts)
    return QAAlignedF1(precision=precision, recall=recall, f1=f1_from_precision_recall(precision, recall))
