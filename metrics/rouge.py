"""Any ROUGE between a text and its references."""

import functools

from ..data.text.text_units import metric_units


class _Units:
    tokenize = staticmethod(metric_units)


@functools.cache
def _scorer(kind: str):
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer([kind], tokenizer=_Units())


def best_rouge(kind: str, prediction: str, references: str | list[str] | tuple[str, ...]) -> float:
    """F1 of one of rouge-score's kinds, the best over several references; 0 without any."""
    references = [references] if isinstance(references, str) else references
    score = _scorer(kind).score
    return max((score(reference, prediction)[kind].fmeasure for reference in references), default=0.0)


def rouge_l(prediction: str, references: str | list[str] | tuple[str, ...]) -> float:
    """F1 of the longest common subsequence of units; the best over several references.

    Args:
        prediction: the text to score.
        references: one text, or several.

    Returns:
        A number in [0, 1]; 0 where there is no unit in common or no reference.

    Example:

    >>> round(rouge_l("展览在哪里举行？", "展览什么时候举行？"), 4)
    0.5333

    Reference:
        Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004; https://pypi.org/project/rouge-score.
    """
    return best_rouge("rougeL", prediction, references)


def rouge_n(prediction: str, references: str | list[str] | tuple[str, ...], n: int) -> float:
    """F1 of the n-grams of units in common; the best over several references.

    Args:
        prediction: the text to score.
        references: one text, or several.
        n: int in 1..9.

    Returns:
        A number in [0, 1]; 0 where no n-gram is in common or there is no reference.

    Raises:
        ValueError: n is out of range.

    Example:

    >>> round(rouge_n("小李讲课", "小李在讲课", 1), 4), round(rouge_n("小李讲课", "小李在讲课", 2), 4)
    (0.8889, 0.5714)

    Reference:
        Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004; https://pypi.org/project/rouge-score.
    """
    if not 1 <= n <= 9:
        raise ValueError(f"Expected n in 1..9. Received: {n}")
    return best_rouge(f"rouge{n}", prediction, references)
