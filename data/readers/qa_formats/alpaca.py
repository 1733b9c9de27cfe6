"""Instructions of Alpaca: the question, the passage as input, the answer as output."""

from collections.abc import Iterator
from typing import Any

from .qa_row import QARow

FORM = 'Alpaca {"instruction", "input", "output"}'


def matches(record: Any) -> bool:
    return isinstance(record, dict) and {"instruction", "output"} <= set(record)


def rows(record: Any) -> Iterator[QARow]:
    passage = record.get("input", "")  # an instruction without a passage is dropped and counted
    yield QARow("", "" if passage is None else passage, record["instruction"], [record["output"]], record.get("id"))
