"""Rows of SQuAD as the Hugging Face hub has them: `{"context", "question", "answers": {"text", "answer_start"}}`."""

from collections.abc import Iterator
from typing import Any

from .qa_row import QARow


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "context" in record


def rows(record: Any) -> Iterator[QARow]:
    yield QARow(
        place="",
        passage=record["context"],
        question=record.get("question"),
        answers=record.get("answers"),
        id=record.get("id"),
        is_impossible=record.get("is_impossible"),
    )
