"""Chinese question words that ask for an answer."""

_BY_SUFFIX = {
    "大学": "哪所大学", "中学": "哪所中学", "小学": "哪所小学", "学院": "哪所学院", "公司": "哪家公司",
    "医院": "哪家医院", "队": "哪支队", "市": "哪个城市", "县": "哪个县", "镇": "哪个镇", "省": "哪个省",
    "国": "哪个国家", "路": "哪条路", "街": "哪条街", "奖": "什么奖", "站": "哪个站", "河": "哪条河",
    "江": "哪条江", "寺": "哪座寺", "岛": "哪个岛",
}  # fmt: skip


def question_word_by_suffix(name: str) -> str:
    """Returns the question word for a name by its last one or two characters; "" if they do not tell its type.

    Example:

    >>> question_word_by_suffix("南京大学"), question_word_by_suffix("小说")
    ('哪所大学', '')
    """
    return next((_BY_SUFFIX[name[-n:]] for n in (2, 1) if len(name) > n and name[-n:] in _BY_SUFFIX), "")


def question_word_for_time(time: str) -> str:
    """Returns the question word for a year, an hour or any other time."""
    return "哪一年" if time.endswith("年") else "几点" if time.endswith(("点", "点半")) else "什么时候"


def asks_for_amount(question_word: str) -> bool:
    """Returns whether a question word asks for an amount or a score."""
    return question_word.startswith(("多少", "几比"))
