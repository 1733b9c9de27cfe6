"""Annotated texts of Tianchi's contest on questions about Chinese medicine."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from .qa_row import QARow, objects

FORM = 'annotations {"text", "annotations": [{"Q", "A"}]}'


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "annotations" in record and "text" in record


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    for place, pair in objects(record, "annotations"):
        if isinstance(pair, InvalidRecordError):
            yield pair
        else:
            yield QARow(place, record["text"], pair.get("Q"), [pair.get("A")])
