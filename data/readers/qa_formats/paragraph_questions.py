"""A passage and its questions: CMRC 2018 as first published, and lines of MRQA."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from ..record_fields import field_value
from .qa_row import QARow, objects

FORM = 'CMRC 2018 or MRQA {"context_text" | "context", "qas"}'


def matches(record: Any) -> bool:
    return isinstance(record, dict) and ("qas" in record or set(record) == {"header"})  # MRQA's first line


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    if "qas" not in record:
        return
    passage = field_value(record, ("context_text", "context"))
    for place, qa in objects(record, "qas"):
        if isinstance(qa, InvalidRecordError):
            yield qa
            continue
        question = field_value(qa, ("query_text", "question"))
        identifier = field_value(qa, ("query_id", "qid", "id"))
        yield QARow(place, passage, question, qa.get("answers"), identifier, qa.get("is_impossible"))
