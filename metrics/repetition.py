"""How varied texts are."""

from collections.abc import Hashable, Sequence

from ..data.text.text_units import metric_units


def distinct(texts: Sequence[str], n: int = 2) -> float:
    """Distinct-n: the share of different n-grams of units among all of them.

    Args:
        texts: any texts.
        n: length of the n-grams.

    Returns:
        A number in [0, 1]; 0 where no text has n units.

    Example:

    >>> distinct(["谁来了", "谁走了"])  # 谁来 来了 谁走 走了
    1.0

    Reference:
        Li et al. 2016, arXiv 1510.03055.
    """
    grams = [tuple(parts[i : i + n]) for parts in map(metric_units, texts) for i in range(len(parts) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0


def duplicate_fraction(items: Sequence[Hashable]) -> float:
    """The share of items that are the same as an earlier one; 0 of none.

    Args:
        items: texts, or anything that can be told apart, such as `(passage, question)`.

    Returns:
        A number in [0, 1).

    Example:

    >>> duplicate_fraction(["谁来了？", "谁走了？", "谁来了？", "谁来了？"])
    0.5
    """
    return 1 - len(set(items)) / len(items) if items else 0.0
