"""A text cut into the units that have vectors."""

import re
from typing import Literal

from .chinese import CHINESE, load_jieba, split_chinese_characters

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
        return [word for word in load_jieba().cut(text) if not word.isspace()]
    raise ValueError(f"Expected units 'characters', 'words' or 'jieba'. Received: {units!r}.")


UNIT = re.compile(CHINESE + r"|[^\W_]+(?:'[^\W_]+)*", re.UNICODE)


def metric_units(text: str) -> list[str]:
    """Chinese characters one by one, words of other scripts in lower case; punctuation is left out.

    Args:
        text: any text.

    Returns:
        The units in order.

    Example:

    >>> metric_units("G12次列车 leaves at 9:30。")
    ['g12', '次', '列', '车', 'leaves', 'at', '9', '30']
    """
    return [part.lower() for part in UNIT.findall(split_chinese_characters(text))]
