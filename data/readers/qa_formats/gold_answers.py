"""Gold answers of a question in any form that a file may give them."""

from typing import Any, NamedTuple

from ..invalid_record_error import InvalidRecordError
from ..record_fields import check_integer, check_text, check_texts, describe

_EXPECTED = "answers that are a list of strings or of {'text', 'answer_start'}"
_START = "an answer's start that is a whole number"


class GoldAnswer(NamedTuple):
    """An answer's text, and its start in the passage if the file gives it."""

    text: str
    start: int | None = None


def gold_answers(value: Any, place: str) -> list[GoldAnswer]:
    """Returns the gold answers of a question, checked.

    Args:
        value: A list of strings; a list of `{"text", "start"}`, or of SQuAD's `{"text", "answer_start"}`; or Hugging
            Face's `{"text": [...], "answer_start": [...]}`. Starts may be missing.
        place: File and record, for the message.

    Raises:
        InvalidRecordError: The value has another form, or a text holds a lone surrogate or a NUL.

    Example:

    >>> gold_answers({"text": ["北京", "首都"], "answer_start": [7, 10]}, "dev.json, record 1")
    [GoldAnswer(text='北京', start=7), GoldAnswer(text='首都', start=10)]
    """
    if isinstance(value, dict):
        texts = check_texts(value.get("text"), place, expected=_EXPECTED)
        starts = value.get("answer_start", [None] * len(texts))
        if not isinstance(starts, list) or len(starts) != len(texts):
            expected = f"an 'answer_start' with a list of {len(texts)}, one per text"
            raise InvalidRecordError(place, expected, received=describe(starts))
        pairs = zip(texts, starts, strict=True)
        return [GoldAnswer(text, _start(start, place)) for text, start in pairs]
    if not isinstance(value, list):
        raise InvalidRecordError(place, _EXPECTED, received=describe(value))
    return [_answer(item, place) for item in value]


def _answer(value: Any, place: str) -> GoldAnswer:
    if not isinstance(value, dict):
        return GoldAnswer(check_text(value, place, expected=_EXPECTED))
    text = check_text(value.get("text"), place, expected=_EXPECTED)
    return GoldAnswer(text, _start(value.get("start", value.get("answer_start")), place))


def _start(value: Any, place: str) -> int | None:
    start = check_integer(value, place, expected=_START)
    return None if start is not None and start < 0 else start  # -1 is how some files say that they know none
