"""Checks the form of a generated question."""

from .locate_answer import locate_answer
from .normalize_answer import normalize_answer

_QUESTION_ENDS = ("?", "？", "؟", "吗", "呢", "嗎")
_CLOSERS = "\"'”’」』）)》 \t\n\u3000"


def validate_question(question: str, answer: str) -> str | None:
    """Returns the fault in the form of a question, or None if it is well-formed.

    Args:
        question: The question.
        answer: Its answer.

    Returns:
        `"empty question"`; `"unknown token"`: it contains `[UNK]`; `"question is the answer"`; `"question holds the
        answer"`: it contains the answer, in English as whole words; `"no question mark or particle"`: it ends neither
        with a question mark nor with 吗 or 呢; else None.

    Example:

    >>> validate_question("谁去了北京？", "北京"), validate_question("Who cares?", "car")
    ('question holds the answer', None)
    >>> validate_question("He came.", "Li")
    'no question mark or particle'
    """
    words = normalize_answer(question)
    if not words:
        return "empty question"
    if "[UNK]" in question:
        return "unknown token"
    if words == normalize_answer(answer):
        return "question is the answer"
    if locate_answer(question, answer) is not None:
        return "question holds the answer"
    return None if question.rstrip(_CLOSERS).endswith(_QUESTION_ENDS) else "no question mark or particle"
