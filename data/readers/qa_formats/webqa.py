"""WebQA and SogouQA json: a question with retrieved passages, many without the answer."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from ..record_fields import describe
from .qa_row import QARow


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "passages" in record


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    passages = record["passages"]
    if not isinstance(passages, list):
        yield InvalidRecordError("", "a field 'passages' with a list of objects", received=describe(passages))
        return
    for p, passage in enumerate(passages):
        place = f"passages[{p}]"
        if not isinstance(passage, dict):
            yield InvalidRecordError(place, "an object", received=describe(passage))
            continue
        answer = passage.get("answer")
        yield QARow(
            place=place,
            passage=passage.get("passage"),
            question=record.get("question"),
            answers=None if answer is None else [answer],
            id=record.get("id"),
        )
