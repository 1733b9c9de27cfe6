"""The check of texts that a user passes to a model."""

import re
import reprlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def check_text(text: Any, name: str = "text") -> str:
    """Returns a text that is a string of Unicode characters.

    Args:
        text: What a user passed.
        name: What it should be, for the message.

    Raises:
        ValueError: It is no string, or contains a lone surrogate.

    Example:
        >>> check_text(5, "passage")
        Traceback (most recent call last):
            ...
        ValueError: Expected a passage that is a string. Received: 5.
    """
    if not isinstance(text, str):
        raise ValueError(f"Expected {_a(name)} that is a string. Received: {described(text)}.")
    if surrogate := lone_surrogate(text):
        raise ValueError(f"Expected {_a(name)} of Unicode characters. Received: {surrogate}.")
    return text


def check_texts(texts: Any, name: str = "text") -> list[str]:
    """Returns the texts of a string, or of an iterable of strings, as a list.

    Args:
        texts: What a user passed.
        name: What a text is, for the message.

    Raises:
        ValueError: It is neither, or a text contains a lone surrogate.

    Example:
        >>> check_texts("北京"), check_texts(("北京", "上海"))
        (['北京'], ['北京', '上海'])
    """
    if isinstance(texts, str):
        return [check_text(texts, name)]
    if isinstance(texts, bytes | bytearray | Mapping | set | frozenset) or not isinstance(texts, Iterable):
        raise ValueError(f"Expected {_a(name)} or a list of them. Received: {described(texts)}.")
    try:
        items = list(texts)
    except TypeError:  # an array of rank 0 has an iterator that fails
        raise ValueError(f"Expected {_a(name)} or a list of them. Received: {described(texts)}.") from None
    return [check_text(text, name) for text in items]


def _a(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def lone_surrogate(text: str) -> str | None:
    """Returns the first lone surrogate of a text in words; None if there is none."""
    surrogate = _LONE_SURROGATE.search(text)
    return f"the lone surrogate U+{ord(surrogate[0]):04X} at position {surrogate.start()}" if surrogate else None


def described(value: Any) -> str:
    """Describes a value for a message, in one short line.

    Example:
        >>> described("3"), described(["3"]), described(np.zeros((2, 3)))
        ("'3'", "list ['3']", 'an array of float64, shape (2, 3)')
    """
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of {value.dtype}, shape {value.shape}"
    shown = " ".join(_SHORT.repr(value).split())
    return shown if value is None or type(value) in (str, int, float, bool) else f"{type(value).__name__} {shown}"
