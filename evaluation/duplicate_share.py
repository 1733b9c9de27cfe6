"""How much repeats what was there."""

from collections.abc import Hashable, Sequence


def duplicate_share(items: Sequence[Hashable]) -> float:
    """The share of items that are the same as an earlier one; 0 of none.

    Args:
        items: texts, or anything that can be told apart, such as `(passage, question)`.

    Returns:
        A number in [0, 1).

    Example:

    >>> duplicate_share(["谁来了？", "谁走了？", "谁来了？", "谁来了？"])
    0.5
    """
    return 1 - len(set(items)) / len(items) if items else 0.0
