"""ROUGE-N and ROUGE-L between a text and its references, Chinese or English."""

import functools

from ..data.check_types import check_types
from ..data.text.text_units import metric_units


@check_types
def rouge_l(prediction: str, references: str | list[str] | tuple[str, ...]) -> float:
    """Computes ROUGE-L: F1 of the longest common subsequence of `metric_units`.

    Args:
        prediction: The text to score.
        references: One reference or several; the best score counts.

    Returns:
        A number in [0, 1]; 0 without a unit in common or without a reference.

    Example:

    >>> round(rouge_l("展览在哪里举行？", "展览什么时候举行？"), 4)
    0.5333

    Reference:
        Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004; https://pypi.org/project/rouge-score.
    """
    return _best_f1(prediction, references, rouge_type="rougeL")


@check_types
def rouge_n(prediction: str, references: str | list[str] | tuple[str, ...], *, n: int) -> float:
    """Computes ROUGE-N: F1 of the common n-grams of `metric_units`.

    Args:
        prediction: The text to score.
        references: One reference or several; the best score counts.
        n: int in 1..9. Length of the n-grams.

    Returns:
        A number in [0, 1]; 0 without an n-gram in common or without a reference.

    Raises:
        ValueError: `n` is out of range.

    Example:

    >>> round(rouge_n("小李讲课", "小李在讲课", n=1), 4), round(rouge_n("小李讲课", "小李在讲课", n=2), 4)
    (0.8889, 0.5714)

    Reference:
        Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004; https://pypi.org/project/rouge-score.
    """
    if not 1 <= n <= 9:
        raise ValueError(f"Expected n in 1..9. Received: {n}")
    return _best_f1(prediction, references, rouge_type=f"rouge{n}")


def _best_f1(prediction: str, references: str | list[str] | tuple[str, ...], *, rouge_type: str) -> float:
    references = [references] if isinstance(references, str) else references
    score = _scorer(rouge_type).score
    return max((score(reference, prediction)[rouge_type].fmeasure for reference in references), default=0.0)


@functools.cache
def _scorer(rouge_type: str):
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer([rouge_type], tokenizer=_MetricUnitsTokenizer())


class _MetricUnitsTokenizer:
    tokenize = staticmethod(metric_units)
