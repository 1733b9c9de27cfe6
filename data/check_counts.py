"""The checks of numbers that a user passes."""

import operator
from numbers import Real
from typing import Any


def check_counts(**counts: Any) -> None:
    """Checks that numbers are whole and positive.

    Args:
        **counts: The numbers by name.

    Raises:
        ValueError: One of them is not.

    Example:
        >>> check_counts(num_beams=3, batch_size=0)
        Traceback (most recent call last):
            ...
        ValueError: Expected batch_size of 1 or more. Received: 0.
    """
    for name, count in counts.items():
        if not is_whole_number(count) or count < 1:
            raise ValueError(f"Expected {name} of 1 or more. Received: {count!r}.")


def check_range(name: str, value: Any, *, minimum: float, maximum: float) -> None:
    """Checks that a number is in a range, both ends included.

    Args:
        name: Name of the number.
        value: The number.
        minimum: Smallest accepted number.
        maximum: Largest accepted number.

    Raises:
        ValueError: It is outside, NaN or no number.

    Example:
        >>> check_range("temperature", 1.0, minimum=1e-6, maximum=1e6)
    """
    if not is_real_number(value) or not minimum <= value <= maximum:
        raise ValueError(f"Expected {name} from {minimum:g} to {maximum:g}. Received: {value!r}.")


def is_whole_number(value: Any) -> bool:
    """Returns whether a value is an integer of Python or NumPy; True and False are none."""
    try:
        operator.index(value)
    except TypeError:
        return False
    return not isinstance(value, bool)


def is_real_number(value: Any) -> bool:
    """Returns whether a value is a number of Python or NumPy, NaN included; True and False are none."""
    return isinstance(value, Real) and not isinstance(value, bool)
