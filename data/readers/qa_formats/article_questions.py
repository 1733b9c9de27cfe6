"""Articles with their questions, as the Les cup and many exports of question-answer pairs have them."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from ..record_fields import field_value
from .plain import PASSAGE
from .qa_row import QARow, objects

FORM = 'articles {"article_content" | "text" | ..., "questions": [{"question", "answer"}]}'


def matches(record: Any) -> bool:
    questions = record.get("questions") if isinstance(record, dict) else None
    return isinstance(questions, list) and all(isinstance(item, dict) for item in questions)


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    passage = field_value(record, ("article_content", *PASSAGE))
    for place, qa in objects(record, "questions"):
        if isinstance(qa, InvalidRecordError):
            yield qa
            continue
        answer = qa.get("answers", [qa.get("answer")])
        yield QARow(place, passage, qa.get("question"), answer, field_value(qa, ("id", "questions_id")))
