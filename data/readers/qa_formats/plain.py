"""The plain format of this project: `{"passage", "question", "answer"}` with optional `id` and `start`."""

from collections.abc import Iterator
from typing import Any

from .qa_row import QARow


def matches(record: Any) -> bool:
    return isinstance(record, dict) and {"passage", "question", "answer"} & set(record) != set()


def rows(record: Any) -> Iterator[QARow]:
    answer = record.get("answer")
    if answer is not None and not isinstance(answer, dict):
        answer = {"text": answer, "start": record.get("start")}
    yield QARow(
        place="",
        passage=record.get("passage"),
        question=record.get("question"),
        answers=None if answer is None else [answer],
        id=record.get("id"),
    )
