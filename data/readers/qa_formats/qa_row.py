"""A question-answer pair of any file format, not validated."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..invalid_record_error import InvalidRecordError
from ..record_fields import describe

IMPOSSIBLE = "no answer in the passage (impossible question)"


class QARow(NamedTuple):
    """One pair of a file, not validated; None for a field that the file does not have.

    `place` is its place in its record. `answers` has any form that `gold_answers` reads, the training answer first.
    """

    place: str
    passage: Any
    question: Any
    answers: Any
    id: Any = None
    is_impossible: Any = None


def objects(parent: dict[str, Any], field: str) -> Iterator[tuple[str, dict[str, Any] | InvalidRecordError]]:
    """Yields place and object of each item of a list; an invalid item, or no list, is yielded as its error."""
    items = parent.get(field)
    if not isinstance(items, list):
        yield "", InvalidRecordError("", f"a field {field!r} with a list of objects", received=describe(items))
        return
    for index, item in enumerate(items):
        place = f"{field}[{index}]"
        is_object = isinstance(item, dict)
        yield place, item if is_object else InvalidRecordError(place, "an object", received=describe(item))
