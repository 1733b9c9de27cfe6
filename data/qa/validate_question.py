"""Questions that are none."""

from .locate_answer import locate_answer
from .normalize_answer import normalize_answer

_ENDS = ("?", "？", "؟", "吗", "呢", "嗎")
_CLOSERS = "\"'”’」』）)》 \t\n\u3000"


def validate_question(question: str, answer: str) -> str | None:
    """What is wrong with the form of a question.

    Args:
        question: The question.
        answer: Its answer.

    Returns:
        `"empty question"`; `"unknown token"`: a `[UNK]` is in it; `"question is the answer"`; `"question holds the
        answer"`, whole words of it in English; `"no end of a question"`: neither a question mark nor, in Chinese, 吗 or
        呢 at its end; else None.

    Example:

    >>> validate_question("谁去了北京？", "北京"), validate_question("Who cares?", "car"), validate_question("He came.", "Li")
    ('question holds the answer', None, 'no end of a question')
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
    return None if question.rstrip(_CLOSERS).endswith(_ENDS) else "no end of a question"
