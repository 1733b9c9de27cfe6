"""The checks of what a user passes to distances and to an index."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np

from ..data.text.check_texts import described


def number_array(value: Any, name: str, *, expected: str) -> np.ndarray:
    """Returns an array of real numbers, in the type that it has.

    Args:
        value: What a user passed.
        name: Its name in the message.
        expected: What it should be.

    Raises:
        ValueError: It is no array of real numbers: ragged, strings, complex numbers, objects or None.

    Example:

    >>> number_array([[1.0, 2.0], [3.0]], "x", expected="vectors [words, d]")
    Traceback (most recent call last):
        ...
    ValueError: x: expected vectors [words, d]. Received: list [[1.0, 2.0], [3.0]].
    """
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):  # a ragged list
        array = np.empty(0, object)
    if array.dtype.kind not in "biuf" and not np.can_cast(array.dtype, "float64", "same_kind"):
        raise ValueError(f"{name}: expected {expected}. Received: {described(value)}.")
    return array


def check_list(value: Any, name: str, *, expected: str) -> None:
    """Checks that a value has a length and slices, as a list or an array; a string is none.

    Args:
        value: What a user passed.
        name: Its name in the message.
        expected: What it should be.

    Raises:
        ValueError: It is no list.
    """
    is_list = hasattr(value, "__getitem__") and not isinstance(value, str | bytes | Mapping)
    try:
        is_list = is_list and len(value) >= 0
    except TypeError:  # an array of rank 0, or a class
        is_list = False
    if not is_list:
        raise ValueError(f"Expected {name} to be {expected}. Received: {described(value)}.")


def checked_words(value: Any, name: str) -> list[str]:
    """Returns the words of any iterable as a list; a string is none.

    Args:
        value: What a user passed.
        name: Its name in the message.

    Raises:
        ValueError: It is no iterable of strings.
    """
    is_iterable = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | type)
    words: list[Any] = list(value) if is_iterable else []
    bad = [value] if not is_iterable else [word for word in words if not isinstance(word, str)]
    if bad:
        raise ValueError(f"Expected {name} to be a list of strings. Received: {described(bad[0])}.")
    return words


def check_choice(value: Any, name: str, choices: Collection[str]) -> None:
    """Checks that a value is one of some names.

    Args:
        value: What a user passed.
        name: Its name in the message.
        choices: The names.

    Raises:
        ValueError: It is none of them.

    Example:

    >>> check_choice("l1", "cost", ["euclidean", "cosine"])
    Traceback (most recent call last):
        ...
    ValueError: Expected cost 'euclidean' or 'cosine'. Received: 'l1'.
    """
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"Expected {name} {' or '.join(map(repr, choices))}. Received: {described(value)}.")
