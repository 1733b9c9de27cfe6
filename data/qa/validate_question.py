"""Checks the form of a generated question."""

import re

from ..check_types import check_types
from ..text.generated_form import CLOSERS, form_fault
from .chinese_question import chinese_question_fault
from .locate_answer import locate_answer
from .normalize_answer import normalize_answer

_QUESTION_ENDS = ("?", "？", "؟", "吗", "呢", "嗎")
_QUESTION_WORDS = re.compile(
    r"(什么|谁|哪[里儿个些]?|多少|几|怎么样?|如何|为什么|为何|何时|何地|是|的|了|吗|呢|嗎|\W"
    r"|\b(who|whom|whose|what|when|where|which|why|how|many|much|is|was|are|were|did|does|do|it|the)\b)*",
    re.IGNORECASE,
)
_BROKEN_END = re.compile(r"[。，、；：,;:]\s*[?？؟]")


@check_types
def validate_question(question: str, answer: str, passage: str | None = None) -> str | None:
    """Returns the fault in the form of a question, or None if it is well-formed.

    Args:
        question: The question.
        answer: Its answer.
        passage: The passage; None if it is not to be compared with the question.

    Returns:
        `"empty question"`; `"question is the answer"`; `"question holds the answer"`: it contains the answer, in
        English as whole words; `"no question mark or particle"`: it ends neither with a question mark nor with 吗 or
        呢; `"punctuation before its end"`: a full stop or comma stands before the question mark; a fault of
        `form_fault`: `"unknown token"`, `"open bracket"`, `"repeats itself"`, `"cuts a word"`; `"question word alone"`:
        it names nothing that it asks about; of a Chinese question `"no question word"` and `"answer of another kind"`:
        it asks for an amount in another unit, or for a year; else None.

    Example:

    >>> validate_question("谁去了北京？", "北京"), validate_question("Who cares?", "car")
    ('question holds the answer', None)
    >>> validate_question("He came.", "Li")
    'no question mark or particle'
    >>> validate_question("谁打进了决定胜？", "郑海峰", "郑海峰打进了决定胜负的一球。")
    'cuts a word'
    """
    words = normalize_answer(question)
    if not words:
        return "empty question"
    if words == normalize_answer(answer):
        return "question is the answer"
    if locate_answer(question, answer) is not None:
        return "question holds the answer"
    if not question.rstrip(CLOSERS).endswith(_QUESTION_ENDS):
        return "no question mark or particle"
    if _BROKEN_END.search(question):
        return "punctuation before its end"
    fault = form_fault(question, passage)
    if fault is None and _QUESTION_WORDS.fullmatch(question):
        return "question word alone"
    return fault or chinese_question_fault(question, answer)
