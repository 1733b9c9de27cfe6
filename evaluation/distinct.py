"""How varied texts are."""

from collections.abc import Sequence

from .units import units


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
    grams = [tuple(parts[i : i + n]) for parts in map(units, texts) for i in range(len(parts) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
