"""Recall of reference answers among generated answers."""

from collections.abc import Sequence

from ..data.check_types import check_types
from .f1 import character_f1


@check_types
def answer_recall(
    generated: Sequence[Sequence[str]], references: Sequence[Sequence[str]], *, k: int, min_f1: float | None = None
) -> float:
    """Computes the fraction of reference answers among the first k generated answers of their passage.

    Answers are compared as strings: a sampled answer stands for all of its occurrences (`QAPair.occurrences`).

    Args:
        generated: Answers of each passage, best first.
        references: Reference answers of each passage; repeated ones count once.
        k: int. Number of generated answers per passage that count.
        min_f1: float. Least `character_f1` of a generated answer that matches a reference; None: only an equal
            string matches.

    Returns:
        A number in [0, 1]; 0 without references.

    Raises:
        ValueError: `generated` and `references` differ in length.

    Example:

    >>> generated, references = [["小李", "上周一"]], [["周一", "小李"]]
    >>> answer_recall(generated, references, k=2), answer_recall(generated, references, k=2, min_f1=0.5)
    (0.5, 1.0)
    """
    if len(generated) != len(references):
        raise ValueError(f"Expected references for {len(generated)} passages. Received: {len(references)}")
    true_positives = positives = 0
    for passage_generated, passage_references in zip(generated, references, strict=True):
        for reference in set(passage_references):
            positives += 1
            true_positives += any(_matches(answer, reference, min_f1=min_f1) for answer in passage_generated[:k])
    return true_positives / positives if positives else 0.0


def _matches(answer: str, reference: str, *, min_f1: float | None) -> bool:
    return answer == reference if min_f1 is None else character_f1(answer, reference) >= min_f1
