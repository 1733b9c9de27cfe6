"""A text cut into the units that have vectors."""

import re
from typing import Literal

Units = Literal["characters", "words", "jieba"]

_WORD = re.compile(r"\w+(?:['’]\w+)*")


def text_units(text: str, units: Units = "characters") -> list[str]:
    """Cuts a text.

    Args:
        text: any text.
        units: `"characters"`: all but white space; `"words"`: runs of letters and digits, for languages that put spaces
            between words; `"jieba"`: Chinese words, and what stands between them.

    Returns:
        The units in their order.

    Raises:
        ValueError: another name for `units`.

    Example:

    >>> text_units("Don't stop, 北京!", "words"), text_units("北京 a")
    (["Don't", 'stop', '北京'], ['北', '京', 'a'])
    """
    if units == "characters":
        return [character for character in text if not character.isspace()]
    if units == "words":
        return _WORD.findall(text)
    if units == "jieba":
        import logging

        import jieba

        jieba.setLogLevel(logging.WARNING)
        return [word for word in jieba.cut(text) if not word.isspace()]
    raise ValueError(f"Expected units 'characters', 'words' or 'jieba'. Received: {units!r}.")
