"""Units of text: characters or words, for word vectors and for metrics."""

import re
from typing import Any, Literal

from ..check_types import check_types
from .chinese import CHINESE, split_chinese_characters
from .word_segmentation import word_segmenter

Units = Literal["characters", "words", "jieba"]

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_METRIC_UNIT = re.compile(CHINESE + r"|[^\W_]+(?:'[^\W_]+)*", re.UNICODE)


@check_types
def text_units(text: str, units: Units = "characters", *, segmenter: Any = None) -> list[str]:
    """Splits a text into the units that have vectors.

    Args:
        text: The text.
        units: `"characters"`: all characters but whitespace. `"words"`: runs of letters and digits, for languages
            that separate words by spaces. `"jieba"`: all that jieba separates, Chinese words above all, but
            whitespace.
        segmenter: The `jieba.Tokenizer` of `"jieba"`; None: `word_segmenter()`.

    Returns:
        The units in order.

    Raises:
        ValueError: `units` is none of the three.

    Example:

    >>> text_units("Don't stop, 北京!", "words"), text_units("北京 a")
    (["Don't", 'stop', '北京'], ['北', '京', 'a'])
    """
    if units == "characters":
        return [character for character in text if not character.isspace()]
    if units == "words":
        return _WORD.findall(text)
    if units == "jieba":
        return [word for word in (segmenter or word_segmenter()).cut(text) if not word.isspace()]
    raise ValueError(f"Expected units 'characters', 'words' or 'jieba'. Received: {units!r}.")


@check_types
def metric_units(text: str) -> list[str]:
    """Splits a text into the units that metrics count: Chinese characters, and words of other scripts in lower case.

    Punctuation is left out.

    Args:
        text: The text.

    Returns:
        The units in order.

    Example:

    >>> metric_units("G12次列车 leaves at 9:30。")
    ['g12', '次', '列', '车', 'leaves', 'at', '9', '30']
    """
    return [part.lower() for part in _METRIC_UNIT.findall(split_chinese_characters(text))]
