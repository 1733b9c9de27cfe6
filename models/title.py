"""A generated title."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["left_to_right", "right_to_left", "from_both_ends"]


@dataclass(frozen=True, slots=True)
class Title:
    """A title, its score, and where its writing began.

    Args:
        text: The title.
        score: Sum of its tokens' log-probabilities, ends included, divided by the length penalty.
        direction: `"left_to_right"`, `"right_to_left"`, or `"from_both_ends"`.

    Example:

    >>> Title("小李讲课", -1.5, "left_to_right").text
    '小李讲课'
    """

    text: str
    score: float
    direction: Direction
