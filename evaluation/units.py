"""The units that overlap is counted in."""

import re

UNIT = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_]+(?:'[^\W_]+)*", re.UNICODE)
CJK_INSIDE = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def units(text: str) -> list[str]:
    """Chinese characters one by one, words of other scripts in lower case; punctuation is left out.

    Args:
        text: any text.

    Returns:
        The units in order.

    Example:

    >>> units("G12次列车 leaves at 9:30。")
    ['g12', '次', '列', '车', 'leaves', 'at', '9', '30']
    """
    return [part.lower() for part in UNIT.findall(CJK_INSIDE.sub(r" \1 ", text))]
