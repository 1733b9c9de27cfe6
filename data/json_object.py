"""A line of jsonl."""

import json
from typing import Any

from .bad_record import BadRecord
from .text_file import shortened


def json_object(line: str, place: str, expected: str) -> dict[str, Any]:
    """The json object that a line holds; BadRecord, which says what was `expected`, where it holds none.

    Example:
        >>> json_object('{"text": "今天"}', "a.jsonl, line 1", "a json object")
        {'text': '今天'}
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRecord(place, expected, f"{shortened(line)} ({error})") from None
    if not isinstance(record, dict):
        raise BadRecord(place, expected, shortened(line))
    return record
