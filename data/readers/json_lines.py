"""A line of jsonl."""

import json
from typing import Any

from .invalid_record_error import InvalidRecordError
from .text_file import shortened


def json_object(line: str, place: str, expected: str) -> dict[str, Any]:
    """The json object that a line holds; InvalidRecordError, which says what was `expected`, where it holds none.

    Example:
        >>> json_object('{"text": "今天"}', "a.jsonl, line 1", "a json object")
        {'text': '今天'}
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidRecordError(place, expected, f"{shortened(line)} ({error})") from None
    if not isinstance(record, dict):
        raise InvalidRecordError(place, expected, shortened(line))
    return record
