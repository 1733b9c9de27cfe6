"""Repetition in generated texts: distinct n-grams and duplicates."""

from collections.abc import Hashable, Sequence

from ..data.check_types import check_types
from ..data.text.text_units import metric_units


@check_types
def distinct(texts: Sequence[str], n: int = 2) -> float:
    """Computes distinct-n: the fraction of distinct n-grams among all n-grams of `metric_units`.

    Args:
        texts: The texts to measure.
        n: int. Length of the n-grams.

    Returns:
        A number in [0, 1]; 0 if no text has n units.

    Example:

    >>> distinct(["谁来了", "谁走了"])  # 谁来 来了 谁走 走了
    1.0

    Reference:
        Li et al. 2016, arXiv 1510.03055.
    """
    ngrams = [tuple(units[i : i + n]) for units in map(metric_units, texts) for i in range(len(units) - n + 1)]
    return len(set(ngrams)) / len(ngrams) if ngrams else 0.0


@check_types
def duplicate_fraction(items: Sequence[Hashable]) -> float:
    """Computes the fraction of items that repeat an earlier item.

    Args:
        items: Texts, or any hashable items such as `(passage, question)`.

    Returns:
        A number in [0, 1); 0 without items.

    Example:

    >>> duplicate_fraction(["谁来了？", "谁走了？", "谁来了？", "谁来了？"])
    0.5
    """
    return 1 - len(set(items)) / len(items) if items else 0.0
