"""Datasets of lmqg: a paragraph with one question and its highlighted answer, or with lists of both."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from ..record_fields import describe
from .qa_row import QARow

FORM = 'lmqg {"paragraph", "question", "answer"} or {"paragraph", "questions", "answers"}'
_HIGHLIGHT = "<hl>"


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "paragraph" in record and bool({"question", "questions"} & set(record))


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    if "questions" not in record:
        answer = {"text": record.get("answer"), "start": _start(record)}
        yield QARow("", record["paragraph"], record.get("question"), [answer], record.get("id"))
        return
    questions, answers = record["questions"], record.get("answers")
    if not isinstance(questions, list) or not isinstance(answers, list) or len(questions) != len(answers):
        received = f"{describe(questions)} and {describe(answers)}"
        yield InvalidRecordError("", "'questions' and 'answers' with as many items", received=received)
        return
    for index, (question, answer) in enumerate(zip(questions, answers, strict=True)):
        yield QARow(f"questions[{index}]", record["paragraph"], question, [answer])


def _start(record: dict[str, Any]) -> int | None:
    """Returns the place of the highlight, at or near the answer's start."""
    highlighted = record.get("paragraph_answer")
    start = highlighted.find(_HIGHLIGHT) if isinstance(highlighted, str) else -1
    return None if start < 0 else start
