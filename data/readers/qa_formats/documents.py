"""DuReader: a question with the documents of a search, of which the answers name one paragraph."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from ..record_fields import check_texts, describe
from .qa_row import QARow, objects

FORM = 'DuReader {"question", "documents": [{"paragraphs"}], "answers"}'
_PARAGRAPHS = "a field 'paragraphs' with a list of strings"


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "documents" in record


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    """Yields one pair: the passage is the paragraph that has an answer, else the most related one."""
    answers = record.get("answers", record.get("answer"))
    answers = [answers] if isinstance(answers, str) else answers
    answers = [] if answers is None else answers
    if not isinstance(answers, list):
        yield InvalidRecordError("", "a field 'answers' with a list of strings", received=describe(answers))
        return
    documents, related = [], []
    for place, document in objects(record, "documents"):
        if isinstance(document, InvalidRecordError):
            yield document
            return
        try:
            paragraphs = check_texts(document.get("paragraphs"), place, expected=_PARAGRAPHS)
        except InvalidRecordError as error:
            yield error
            return
        documents += paragraphs
        index = document.get("most_related_para")
        if isinstance(index, int) and 0 <= index < len(paragraphs) and document.get("is_selected", True):
            related.append(paragraphs[index])
    given = [*(record.get("fake_answers") or ()), *answers] if isinstance(record.get("fake_answers"), list) else answers
    candidates = related + documents
    with_answer = (
        text for answer in given if isinstance(answer, str) and answer for text in candidates if answer in text
    )
    passage = next(with_answer, related[0] if related else "\n".join(documents))
    identifier = record.get("question_id", record.get("id"))
    yield QARow("", passage, record.get("question"), given, identifier)
