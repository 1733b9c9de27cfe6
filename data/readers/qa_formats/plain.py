"""Rows of one pair: the plain format of this project, FairytaleQA, rows of SQuAD at Hugging Face, and tables."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from ..record_fields import field_value, find_field, show_fields
from .qa_row import QARow

FORM = (
    'rows {"passage" | "context" | "text" | ..., "question", "answer" | "answers"} with optional "id", "start" '
    "(plain, FairytaleQA, Hugging Face)"
)
# The first name that a record has decides; "text" is the answer of a row of SQuAD, and else the passage.
PASSAGE = (
    *("passage", "context", "paragraph", "article", "document", "story", "content", "source_text", "text"),
    *("段落", "文章", "原文", "上下文", "正文", "材料"),
)
_QUESTION = ("question", "query", "q", "问题")
_ANSWER = ("answers", "answer", "answer_text", "text", "a", "答案", "回答")


def matches(record: Any) -> bool:
    return isinstance(record, dict) and find_field(record, ("passage", "context", "answer", *_QUESTION)) is not None


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    passage, question = find_field(record, PASSAGE), find_field(record, _QUESTION)
    rest = {field: value for field, value in record.items() if field not in (passage, question)}
    field = find_field(rest, _ANSWER)
    found = {"question": question, "answer": field or rest.get("is_impossible")}
    missing = next((name for name, value in found.items() if not value), None)
    if missing is not None:
        yield InvalidRecordError("", f"a field {missing!r}", received=show_fields(record))
        return
    answers = rest.get(field)
    if answers is not None and str(field).strip().lower() != "answers":
        start = field_value(rest, ("start", "answer_start"))
        answers = [answers if isinstance(answers, dict) else {"text": answers, "start": start}]
    yield QARow(
        place="",
        passage=record.get(passage),
        question=record.get(question),
        answers=answers,
        id=field_value(rest, ("id", "qid", "question_id", "编号")),
        is_impossible=rest.get("is_impossible"),
    )
