"""WebQA and SogouQA json: a question with retrieved passages, many without the answer."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from .qa_row import QARow, objects

FORM = 'WebQA or SogouQA {"question", "passages": [{"passage", "answer"}]}'


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "passages" in record


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    for place, passage in objects(record, "passages"):
        if isinstance(passage, InvalidRecordError):
            yield passage
            continue
        answer = passage.get("answer")
        yield QARow(
            place=place,
            passage=passage.get("passage"),
            question=record.get("question"),
            answers=None if answer is None else [answer],
            id=record.get("id"),
        )
