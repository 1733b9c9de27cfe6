"""FairytaleQA: a passage of a story, a question and the annotators' answers, often in words of their own."""

from collections.abc import Iterator
from typing import Any

from .qa_row import QARow


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "answers" in record


def rows(record: Any) -> Iterator[QARow]:
    yield QARow(place="", passage=record.get("passage"), question=record.get("question"), answers=record["answers"])
