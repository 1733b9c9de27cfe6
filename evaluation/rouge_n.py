"""ROUGE-N between two texts, Chinese or English."""

from .best_rouge import best_rouge


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
