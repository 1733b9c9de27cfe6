"""Spans of given answers: strings, spans and records."""

from collections.abc import Mapping
from typing import Any

from ..check_types import check_types
from .locate_answer import locate_answer

_EXPECTED = 'a string, a span (start, end) or a dict {"text", "start"}'


@check_types
def answer_span(passage: str, answer: Any) -> tuple[int, int] | None:
    """Returns the span of an answer that a user gives.

    Args:
        passage: The passage.
        answer: A string, found by `locate_answer`; a span `(start, end)` in code points; or a dict with `text` and
            optionally `start` or SQuAD's `answer_start`, found at or near the start.

    Returns:
        Start and end in code points of the passage; None if the passage does not contain the text.

    Raises:
        ValueError: The answer has another type, or a span is empty or outside the passage.

    Example:
        >>> passage = "小红在北京出生，2019年回到北京。"
        >>> [answer_span(passage, answer) for answer in ("北京", {"text": "北京", "start": 15}, (8, 13), "上海")]
        [(3, 5), (15, 17), (8, 13), None]
    """
    if isinstance(answer, str):
        return locate_answer(passage, answer)
    if isinstance(answer, Mapping):
        text, start = answer.get("text"), answer.get("start", answer.get("answer_start"))
        if not isinstance(text, str) or not (start is None or _is_position(start)):
            raise ValueError(f"Expected an answer as {_EXPECTED}. Received: {answer!r:.80}.")
        return locate_answer(passage, text, start=start)
    if not isinstance(answer, tuple | list) or len(answer) != 2 or not all(map(_is_position, answer)):
        raise ValueError(f"Expected an answer as {_EXPECTED}. Received: {answer!r:.80}.")
    start, end = map(int, answer)
    if not 0 <= start < end <= len(passage) or not passage[start:end].strip():
        raise ValueError(f"Expected an answer inside the passage of {len(passage)} characters. Received: {answer}.")
    return start, end


def answer_text(answer: Any) -> str:
    """Returns the text of an answer that `answer_span` does not find."""
    return answer["text"] if isinstance(answer, Mapping) else answer


def _is_position(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)
