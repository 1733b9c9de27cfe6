"""The units that overlap is counted in."""

import re

from ..data.chinese_apart import CHINESE, chinese_apart

UNIT = re.compile(CHINESE + r"|[^\W_]+(?:'[^\W_]+)*", re.UNICODE)


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
    return [part.lower() for part in UNIT.findall(chinese_apart(text))]
