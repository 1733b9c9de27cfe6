"""SQuAD json, versions 1 and 2, the format of CMRC 2018 and DRCD too."""

from collections.abc import Iterator
from typing import Any

from ..invalid_record_error import InvalidRecordError
from .qa_row import IMPOSSIBLE, QARow


def matches(record: Any) -> bool:
    return isinstance(record, dict) and "data" in record


def rows(record: Any) -> Iterator[QARow]:
    for a, article in enumerate(_objects(record, "data", place="")):
        for p, paragraph in enumerate(_objects(article, "paragraphs", place=f"data[{a}]")):
            place = f"data[{a}].paragraphs[{p}]"
            for q, qa in enumerate(_objects(paragraph, "qas", place=place)):
                answers = qa.get("answers")
                impossible = qa.get("is_impossible") is True or answers == []
                first = answers[0] if isinstance(answers, list) and answers else None
                texts = [answer.get("text") if isinstance(answer, dict) else answer for answer in answers or []]
                yield QARow(
                    place=f"{place}.qas[{q}]",
                    passage=paragraph.get("context"),
                    question=qa.get("question"),
                    answers=None if answers is None else texts,
                    start=first.get("answer_start") if isinstance(first, dict) else None,
                    id=qa.get("id"),
                    drop_reason=IMPOSSIBLE if impossible else None,
                )


def _objects(parent: dict[str, Any], field: str, *, place: str) -> list[dict[str, Any]]:
    children = parent.get(field)
    if not isinstance(children, list) or not all(isinstance(child, dict) for child in children):
        raise InvalidRecordError(place, f"a field {field!r} with a list of objects", received=type(children).__name__)
    return children
