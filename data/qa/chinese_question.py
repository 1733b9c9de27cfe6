"""Checks of a Chinese question and of the kind of its answer."""

import re

from ..text.chinese import MEASURE_WORDS, NUMERALS
from ..text.text_language import text_language
from ..text.word_segmentation import word_edges

_INTERROGATIVE = re.compile(
    r"[什甚][么麼麽]|[谁誰哪何怎啥咋几幾吗嗎呢]|多少|多[久长長大高远遠宽寬深重快厚贵貴热熱粗响響强強早老胖难難密小]|"
    r"[是能可]否|有[无無]|[还還]是|(.{1,2})[不没沒]\1|([么没沒是为為]|没有|沒有|以及)\W*$"
)
_OTHER_LANGUAGES = re.compile(
    r"[\u3040-\u30ff\uff66-\uff9f\uac00-\ud7a3]|\b(who|whom|whose|what|when|where|which|why|how)\b|"
    r"^\W*(is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(rf"多少({MEASURE_WORDS})?|(?<![哪好])[几幾]({MEASURE_WORDS})")
_SAME_UNITS = (("人", "名", "位"), ("公里", "千米"), ("平方公里", "平方千米"), ("公斤", "千克"), ("家", "所", "间"))
_COUNTED = re.compile(rf"[{NUMERALS}余多]\s*({MEASURE_WORDS})")
_TIME = re.compile(f"[{NUMERALS}年朝初末间間]")


def chinese_question_fault(question: str, answer: str) -> str | None:
    """Returns the fault of a Chinese question beside its answer, or None; None for languages with other letters too.

    Args:
        question: The question.
        answer: Its answer.

    Returns:
        `"no question word"`; `"answer of another kind"`: the question asks for nothing but an amount and the answer has
        no number or another measure word, or it asks for a year and the answer names no time; else None.

    Example:

    >>> chinese_question_fault("湖水深多少米？", "38平方公里"), chinese_question_fault("湖水深多少米？", "4.5米")
    ('answer of another kind', None)
    """
    if text_language(question) != "Chinese" or _OTHER_LANGUAGES.search(question):
        return None
    if not _INTERROGATIVE.search(question):
        return "no question word"
    amount, fits = _AMOUNT.search(question), True
    if amount and not _INTERROGATIVE.search(_AMOUNT.sub("", question)):
        counted = _COUNTED.search(answer)
        fits = re.search(f"[{NUMERALS}]", answer) is not None
        if counted and amount.end() in word_edges(question):
            fits &= _is_same_unit(amount[1] or amount[2], counted[1])
    elif re.search("哪一?年", question):
        fits = _TIME.search(answer) is not None
    return None if fits else "answer of another kind"


def _is_same_unit(asked: str | None, counted: str) -> bool:
    units = {asked, counted}
    return None in units or "个" in units or len(units) == 1 or any(units <= set(group) for group in _SAME_UNITS)
