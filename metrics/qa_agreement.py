"""How many generated pairs say what the references say."""

from collections.abc import Sequence
from typing import NamedTuple

from .rouge import rouge_l


class QAAgreement(NamedTuple):
    """Shares in [0, 1] over the `pairs` generated pairs.

    `answers`: whose answer is a reference's; `questions`: of those, whose question has ROUGE-L of at least the level to
    a reference for the same answer; `both`: of all, where both hold; `matched`: the number behind `questions`.
    """

    answers: float
    questions: float
    both: float
    pairs: int
    matched: int


def qa_agreement(
    generated: Sequence[Sequence[tuple[str, str]]], references: Sequence[Sequence[tuple[str, str]]], level: float = 0.8
) -> QAAgreement:
    """Compare generated `(question, answer)` pairs with reference pairs, passage by passage.

    Args:
        generated: for each passage its pairs.
        references: for each passage its reference pairs.
        level: float in [0, 1]. ROUGE-L from which a question counts.

    Returns:
        `QAAgreement`; a share over nothing is 0.

    Raises:
        ValueError: the two are not as long as each other.

    Example:

    >>> qa_agreement([[("谁来了？", "小李"), ("何时？", "周一")]], [[("谁来了？", "小李")]])
    QAAgreement(answers=0.5, questions=1.0, both=0.5, pairs=2, matched=1)
    """
    if len(generated) != len(references):
        raise ValueError(f"Expected references for {len(generated)} passages. Received: {len(references)}")
    pairs = matched = right = 0
    for mine, gold in zip(generated, references, strict=True):
        for question, answer in mine:
            same = [reference for reference, gold_answer in gold if gold_answer == answer]
            pairs += 1
            matched += bool(same)
            right += rouge_l(question, same) >= level
    return QAAgreement(
        matched / pairs if pairs else 0.0,
        right / matched if matched else 0.0,
        right / pairs if pairs else 0.0,
        pairs,
        matched,
    )
