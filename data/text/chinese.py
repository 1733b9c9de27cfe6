"""Chinese characters."""

import re

CHINESE = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Regular expression of one Chinese character."""

CJK_RANGES = r"\u2e80-\ua4cf\uf900-\ufaff"
"""Ranges of Chinese, Japanese and Yi characters and their punctuation, for use inside `[...]`."""

_CHARACTER = re.compile(f"({CHINESE})")


def split_chinese_characters(text: str) -> str:
    """Puts a space on both sides of every Chinese character.

    Example:
        >>> split_chinese_characters("去G12").split()
        ['去', 'G12']
    """
    return _CHARACTER.sub(r" \1 ", text)
