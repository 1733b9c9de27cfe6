"""The beginning of a text."""

from bisect import bisect_right

from .units import units


def lead(text: str, k: int) -> str:
    """A text up to where its unit after the k-th begins: what a title has to be better than.

    Args:
        text: the text.
        k: units to keep, Chinese characters or words of other scripts.

    Returns:
        The beginning of the text; all of it where it has no more than k units.

    Example:

    >>> lead("小李，在图书馆", 3)
    '小李，在'
    """
    end = bisect_right(range(len(text) + 1), k, key=lambda end: len(units(text[:end])))
    return text[: end - 1]
