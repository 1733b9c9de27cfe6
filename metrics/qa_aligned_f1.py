"""How well generated pairs and reference pairs cover each other."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .f1 import character_f1

Pair = tuple[str, str]


class QAAlignedF1(NamedTuple):
    """Means over passages, each in [0, 1]."""

    precision: float
    recall: float
    f1: float


def qa_aligned_f1(
    generated: Sequence[Sequence[Pair]],
    references: Sequence[Sequence[Pair]],
    similarity: Callable[[str, str], float] = character_f1,
) -> QAAlignedF1:
    """QAAlignedF1: each generated pair against the reference pair most like it, and the other way round.

    A pair is the text "question: q, answer: a". In a passage, precision is the mean over generated pairs of the highest
    similarity to a reference, recall the same with the sides exchanged, F1 their harmonic mean; all are 0 where either
    side is empty.

    Args:
        generated: for each passage its `(question, answer)` pairs.
        references: for each passage its reference pairs.
        similarity: of a text to a reference, in [0, 1]. The published measure takes BERTScore or MoverScore.

    Returns:
        `QAAlignedF1`.

    Raises:
        ValueError: the two are not as long as each other.

    Example:

    >>> qa_aligned_f1([[("谁来了", "小李")]], [[("谁来了", "小李"), ("谁走了", "小王")]]).precision
    1.0

    Reference:
        Ushio et al. 2023, arXiv 2305.17002.
    """
    if len(generated) != len(references):
        raise ValueError(f"Expected references for {len(generated)} passages. Received: {len(references)}")
    rows = [_passage(mine, gold, similarity) for mine, gold in zip(generated, references, strict=True)]
    columns = zip(*rows, strict=True) if rows else [(0.0,)] * 3
    return QAAlignedF1(*(sum(column) / len(column) for column in columns))


def _passage(mine: Sequence[Pair], gold: Sequence[Pair], similarity) -> tuple[float, float, float]:
    if not mine or not gold:
        return 0.0, 0.0, 0.0
    ours, theirs = ([f"question: {question}, answer: {answer}" for question, answer in side] for side in (mine, gold))
    alike = [[similarity(one, other) for other in theirs] for one in ours]
    precision = sum(map(max, alike)) / len(ours)
    recall = sum(map(max, zip(*alike, strict=True))) / len(theirs)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0
