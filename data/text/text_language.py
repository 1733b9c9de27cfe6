"""Language of a text."""

import re

from .chinese import CHINESE

_CHINESE, _LATIN = re.compile(CHINESE), re.compile("[A-Za-z]+")


def text_language(text: str) -> str | None:
    """Returns whether a text is `"Chinese"` or `"English"`: whether Chinese characters outnumber Latin words.

    Args:
        text: The text.

    Returns:
        The language, or None for a text without letters.

    Example:

    >>> text_language("他用 Python 写程序。"), text_language("A book on 北京."), text_language("1931?")
    ('Chinese', 'English', None)
    """
    chinese, latin = len(_CHINESE.findall(text)), len(_LATIN.findall(text))
    if not chinese + latin:
        return None
    return "Chinese" if chinese > latin else "English"
