"""The check of numbers that count something."""

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
        if isinstance(count, bool) or not hasattr(count, "__index__") or count < 1:
            raise ValueError(f"Expected {name} of 1 or more. Received: {count!r}.")
