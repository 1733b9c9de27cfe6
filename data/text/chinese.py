"""Chinese characters."""

import re

CHINESE = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Regular expression of one Chinese character."""

CJK_RANGES = r"\u2e80-\ua4cf\uf900-\ufaff"
"""Ranges of Chinese, Japanese and Yi characters and their punctuation, for use inside `[...]`."""

NUMERALS = "0123456789０１２３４５６７８９一二三四五六七八九十百千万亿两萬億兩几幾多半零〇"
"""Characters of numbers."""

MEASURE_WORDS = (
    "平方公里|平方千米|平方米|公里|千米|厘米|毫米|公斤|千克|千瓦|公顷|毫升|小时|分钟|人次|个月|米|克|吨|升|亩|瓦|秒|元|人|"
    "岁|册|名|只|座|层|所|家|间|辆|架|本|集|首|次|场|届|倍|种|年|天|件|条|根|项|位|级|度|颗|页|棵|艘|枚|户|个(?![性别体])"
)
"""Regular expression of units and measure words, longer ones first."""

_CHARACTER = re.compile(f"({CHINESE})")


def split_chinese_characters(text: str) -> str:
    """Puts a space on both sides of every Chinese character.

    Example:
        >>> split_chinese_characters("去G12").split()
        ['去', 'G12']
    """
    return _CHARACTER.sub(r" \1 ", text)
