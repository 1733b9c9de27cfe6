"""ROUGE-L between two texts, Chinese or English."""

from .best_rouge import best_rouge


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
