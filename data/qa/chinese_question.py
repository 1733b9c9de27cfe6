"""Checks of a Chinese question and of the kind of its answer."""

import re

from ..text.chinese import MEASURE_WORDS, NUMERALS
from ..text.text_language import text_language

_INTERROGATIVE = re.compile(
    r"什么|什麼|甚么|甚麼|谁|誰|哪|多少|多[久长長大高远遠宽寬深重快厚]|几|幾|何|怎|吗|嗎|呢|是否|能否|可否|(.)[不没沒]\1"
)
_OTHER_LANGUAGES = re.compile(r"[\u3040-\u30ff]|\b(who|whom|whose|what|when|where|which|why|how)\b", re.IGNORECASE)
_AMOUNT = re.compile(rf"多少({MEASURE_WORDS})?|(?<![哪好])[几幾]({MEASURE_WORDS})")
_SAME_UNITS = (("人", "名", "位", "个"), ("公里", "千米"), ("公斤", "千克"), ("元", "块"), ("家", "所", "个", "间"))
_ONLY_NUMBER = re.compile(rf"[约近]?[{NUMERALS},，.．％%]+")


def chinese_question_fault(question: str, answer: str) -> str | None:
    """Returns the fault of a Chinese question beside its answer, or None; None for other languages too.

    Args:
        question: The question.
        answer: Its answer.

    Returns:
        `"no question word"`; `"answer of another kind"`: it asks for an amount and the answer has no number or another
        measure word, or for a year and the answer has none; else None.

    Example:

    >>> chinese_question_fault("湖水深多少米？", "38平方公里"), chinese_question_fault("湖水深多少米？", "4.5米")
    ('answer of another kind', None)
    """
    if text_language(question) != "Chinese" or _OTHER_LANGUAGES.search(question):
        return None
    if not _INTERROGATIVE.search(question):
        return "no question word"
    amount = _AMOUNT.search(question)
    fits = True
    if amount:
        unit = amount[1] or amount[2] or ""
        units = {other for group in _SAME_UNITS if unit in group for other in group} | {unit}
        has_number = re.search(f"[{NUMERALS}]", answer) is not None
        fits = has_number and (_ONLY_NUMBER.fullmatch(answer) is not None or any(one in answer for one in units))
    elif re.search("哪一?年", question):
        fits = re.search(f"[{NUMERALS}年]", answer) is not None
    return None if fits else "answer of another kind"
