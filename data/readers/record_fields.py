"""Checked fields of a json record: each returns the value, or raises an error that names place, field and value."""

import json
from collections.abc import Sequence
from typing import Any

from .invalid_record_error import InvalidRecordError
from .text_file import check_characters, shortened

MAX_DEPTH = 64  # levels of lists and objects; no format has more than eight


def parse_json(text: str, place: str, *, expected: str) -> Any:
    """Returns a json value.

    Args:
        text: The json.
        place: File and line of the value.
        expected: Description of a valid record.

    Raises:
        InvalidRecordError: It is no json, or its lists and objects are nested more than 64 levels deep.

    Example:

    >>> parse_json('{"text": "今天"}', "a.jsonl, line 1", expected="an object")
    {'text': '今天'}
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidRecordError(place, expected, received=f"{shortened(text)}, which is no json ({error})") from None
    level = [value]
    for _ in range(MAX_DEPTH):
        containers = (item for item in level if isinstance(item, list | dict))
        level = [item for values in containers for item in (values.values() if isinstance(values, dict) else values)]
        if not level:
            return value
    raise InvalidRecordError(place, expected, received=f"json of more than {MAX_DEPTH} levels")


def describe(value: Any) -> str:
    """Describes a json value for a message, in a few words however large it is.

    Example:

    >>> describe({"id": [1], "text": "a"}), describe([[]]), describe(5), describe("五"), describe(None)
    ("an object with 'id', 'text'", 'a list of 1', 'number 5', "string '五'", 'none')
    """
    if isinstance(value, dict):
        return "an object with " + (", ".join(shortened(str(key)) for key in list(value)[:8]) or "no field")
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        return f"string {shortened(value)}"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    kind = "number" if isinstance(value, int | float) else type(value).__name__  # Parquet has dates and bytes
    return f"{kind} {shortened(str(value))[1:-1]}"


def find_field(record: dict[str, Any], names: Sequence[str]) -> str | None:
    """Returns the field of a record that has the first of some names in any case; None if there is none.

    Example:

    >>> find_field({"Text": "今天", "Body": "明天"}, ("content", "body", "text"))
    'Body'
    """
    fields = {str(field).strip().lower(): field for field in reversed(record)}
    return next((fields[name] for name in names if name in fields), None)


def field_value(record: dict[str, Any], names: Sequence[str]) -> Any:
    """Returns the value of the field that `find_field` finds; None if there is none.

    Example:

    >>> field_value({"QID": 7}, ("id", "qid"))
    7
    """
    field = find_field(record, names)
    return None if field is None else record[field]


def show_fields(record: dict[str, Any]) -> str:
    """Names the fields of a record that lacks one.

    Example:

    >>> show_fields({"question": "谁？", "anwser": "王明"})
    "only 'question', 'anwser'"
    """
    return "only " + ", ".join(shortened(str(field)) for field in list(record)[:8])


def show_record(value: Any) -> str:
    """Returns a json value for a message, at most 200 characters of it.

    Example:

    >>> show_record({"text": "今天", "n": [1]})
    '{"text": "今天", "n": [1]}'
    """
    if isinstance(value, dict):  # its values shortened, so that all fields are seen
        fields = {
            key: item[:40] + "..." if isinstance(item, str) and len(item) > 43 else item for key, item in value.items()
        }
        text = json.dumps(dict(list(fields.items())[:12]), ensure_ascii=False, default=str)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else text[:197] + "..."


def check_object(value: Any, place: str, *, expected: str) -> dict[str, Any]:
    """Returns a json object; raises InvalidRecordError, with `expected`, for any other value."""
    if not isinstance(value, dict):
        raise InvalidRecordError(place, expected, received=describe(value))
    return value


def text_field(record: dict[str, Any], name: str, *, place: str) -> str:
    """Returns a field that is a string without lone surrogates and NULs; raises InvalidRecordError if it is none."""
    if record.get(name) is None:
        received = show_fields(record) if record and name not in record else "none"
        raise InvalidRecordError(place, f"a field {name!r} with a string", received=received)
    return check_text(record[name], place, expected=f"a field {name!r} with a string")


def check_text(value: Any, place: str, *, expected: str) -> str:
    """Returns a string without lone surrogates and NULs; raises InvalidRecordError, with `expected`, if it is none."""
    if not isinstance(value, str):
        raise InvalidRecordError(place, expected, received=describe(value))
    check_characters(value, place)
    return value


def check_texts(value: Any, place: str, *, expected: str) -> list[str]:
    """Returns a list of strings, each as `check_text`; a string is no list."""
    if not isinstance(value, list):
        raise InvalidRecordError(place, expected, received=describe(value))
    return [check_text(item, place, expected=expected) for item in value]


def check_integer(value: Any, place: str, *, expected: str) -> int | None:
    """Returns a whole number or None; raises InvalidRecordError, with `expected`, for any other value."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InvalidRecordError(place, expected, received=describe(value))
    return value


def check_id(value: Any, place: str) -> str | None:
    """Returns an id as a string; None stays None.

    Raises:
        InvalidRecordError: It is neither a string nor a whole number.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidRecordError(place, "an id that is a string or a whole number", received=describe(value))
    check_characters(str(value), place)
    return str(value)
