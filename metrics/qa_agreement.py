"""Agreement of generated question-answer pairs with reference pairs."""

from collections.abc import Sequence
from typing import NamedTuple

from ..data.check_types import check_types
from .rouge import rouge_l


class QAAgreement(NamedTuple):
    """Agreement of generated pairs with reference pairs; fractions are in [0, 1].

    - `answers`: fraction of the generated pairs whose answer equals a reference answer;
    - `questions`: fraction of those whose question also agrees, by ROUGE-L, with a reference question for the same
      answer;
    - `both`: fraction of all generated pairs whose answer and question agree;
    - `pairs`: number of generated pairs;
    - `matched`: number of pairs whose answer agrees, the denominator of `questions`.
    """

    answers: float
    questions: float
    both: float
    pairs: int
    matched: int


@check_types
def qa_agreement(
    generated: Sequence[Sequence[tuple[str, str]]],
    references: Sequence[Sequence[tuple[str, str]]],
    *,
    min_rouge_l: float = 0.8,
) -> QAAgreement:
    """Compares generated `(question, answer)` pairs with reference pairs, passage by passage.

    Args:
        generated: Pairs of each passage.
        references: Reference pairs of each passage.
        min_rouge_l: float in [0, 1]. Least ROUGE-L of a question that agrees with a reference question.

    Returns:
        `QAAgreement`; a fraction of nothing is 0.

    Raises:
        ValueError: `generated` and `references` differ in length.

    Example:

    >>> qa_agreement([[("谁来了？", "小李"), ("何时？", "周一")]], [[("谁来了？", "小李")]])
    QAAgreement(answers=0.5, questions=1.0, both=0.5, pairs=2, matched=1)
    """
    if len(generated) != len(references):
        raise ValueError(f"Expected references for {len(generated)} passages. Received: {len(references)}")
    pairs = same_answer = same_pair = 0
    for passage_generated, passage_references in zip(generated, references, strict=True):
        for question, answer in passage_generated:
            questions = [reference for reference, reference_answer in passage_references if reference_answer == answer]
            pairs += 1
            same_answer += bool(questions)
            same_pair += rouge_l(question, questions) >= min_rouge_l
    return QAAgreement(
        answers=same_answer / pairs if pairs else 0.0,
        questions=same_pair / same_answer if same_answer else 0.0,
        both=same_pair / pairs if pairs else 0.0,
        pairs=pairs,
        matched=same_answer,
    )
