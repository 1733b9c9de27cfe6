"""Check of inputs against the positions of an encoder."""

from collections.abc import Sequence

import numpy as np


def check_lengths(rows: Sequence[np.ndarray], num_positions: int, *, option: str) -> None:
    """Checks that inputs fit the encoder's positions.

    Args:
        rows: ids int `[s]` of each input.
        num_positions: int. Positions of the encoder.
        option: The preprocessor's attribute that limits the length of an input, for the message.

    Raises:
        ValueError: An input has more tokens than the encoder has positions.

    Example:

    >>> check_lengths([np.arange(5)], 8, option="max_length")
    >>> check_lengths([np.arange(5), np.arange(9)], 8, option="max_length")
    Traceback (most recent call last):
        ...
    ValueError: An input of 9 tokens exceeds the encoder's 8 positions; lower preprocessor.max_length.
    """
    longest = max(map(len, rows), default=0)
    if longest > num_positions:
        raise ValueError(
            f"An input of {longest} tokens exceeds the encoder's {num_positions} positions; "
            f"lower preprocessor.{option}."
        )
