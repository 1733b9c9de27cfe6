"""WebQA as Baidu published it: an object of questions by id, each with its evidences by id."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from ..record_fields import describe
from .qa_row import QARow

FORM = 'WebQA {id: {"question", "evidences": {id: {"evidence", "answer"}}}}'


def matches(record: Any) -> bool:
    first = next(iter(record.values()), None) if isinstance(record, dict) else None
    return isinstance(first, dict) and "evidences" in first


def rows(record: Any) -> Iterator[QARow | InvalidRecordError]:
    for name, question in record.items():
        evidences = question.get("evidences") if isinstance(question, dict) else None
        if not isinstance(evidences, dict):
            yield InvalidRecordError(name, "a field 'evidences' with an object", received=describe(evidences))
            continue
        for identifier, evidence in evidences.items():
            if not isinstance(evidence, dict):
                yield InvalidRecordError(identifier, "an object", received=describe(evidence))
                continue
            answers = evidence.get("answer")
            answers = [] if answers in (["no_answer"], "no_answer") else answers
            yield QARow(identifier, evidence.get("evidence"), question.get("question"), answers, identifier)
