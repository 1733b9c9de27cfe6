"""Chinese characters as words of their own."""

import re

CHINESE = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_CHARACTER = re.compile(f"({CHINESE})")


def chinese_apart(text: str) -> str:
    """A text with a space on both sides of every Chinese character.

    Example:
        >>> chinese_apart("去G12").split()
        ['去', 'G12']
    """
    return _CHARACTER.sub(r" \1 ", text)
