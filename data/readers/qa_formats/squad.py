"""SQuAD json, versions 1 and 2, the format of CMRC 2018 and DRCD too."""

from collections.abc import Iterator, Sequence
from typing import Any

from ..invalid_record_error import InvalidRecordError
from ..record_fields import describe
from .qa_row import QARow

FORM = 'SQuAD {"data": [{"paragraphs": [{"context", "qas"}]}]}'


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "data" in record


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    for place, paragraph, qa in _descendants(record, ("data", "paragraphs", "qas"), place=""):
        if isinstance(qa, InvalidRecordError):
            yield qa
            continue
        yield QARow(
            place=place,
            passage=paragraph.get("context"),
            question=qa.get("question"),
            answers=qa.get("answers"),
            id=qa.get("id"),
            is_impossible=qa.get("is_impossible"),
        )


def _descendants(
    parent: dict[str, Any], fields: Sequence[str], *, place: str
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any] | InvalidRecordError]]:
    """Yields place, parent and object of every descendant along fields of lists; an invalid one is its error."""
    field, *deeper = fields
    children = parent.get(field)
    if not isinstance(children, list):
        error = InvalidRecordError(place, f"a field {field!r} with a list of objects", received=describe(children))
        yield place, parent, error
        return
    for index, child in enumerate(children):
        child_place = f"{place}.{field}[{index}]".removeprefix(".")
        if not isinstance(child, dict):
            yield child_place, parent, InvalidRecordError(child_place, "an object", received=describe(child))
        elif deeper:
            yield from _descendants(child, deeper, place=child_place)
        else:
            yield child_place, parent, child
