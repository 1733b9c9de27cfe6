"""WebQA and SogouQA json: a question with retrieved passages, many without the answer."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from .qa_row import QARow


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "passages" in record


def rows(record: Any) -> Iterator[QARow]:
    passages = record["passages"]
    if not isinstance(passages, list) or not all(isinstance(passage, dict) for passage in passages):
        raise InvalidRecordError("", "a field 'passages' with a list of objects", received=type(passages).__name__)
    for p, passage in enumerate(passages):
        answer = passage.get("answer")
        yield QARow(
            place=f"passages[{p}]",
            passage=passage.get("passage"),
            question=record.get("question"),
            answers=None if answer is None else [answer],
            id=record.get("id"),
            drop_reason="empty answer" if answer == "" else None,
        )
