"""Output formats of generated question-answer pairs: jsonl, SQuAD, CSV and Alpaca."""

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class OutputFormat(NamedTuple):
    """A text format of question-answer pairs.

    Args:
        head: Beginning of the file.
        entries: `(id, text, pairs) -> entries` of a passage.
        separator: Text between two entries.
        tail: End of the file.
    """

    head: str
    entries: Callable[[str | int, str, Sequence[Any]], list[str]]
    separator: str
    tail: str


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def _jsonl_entries(identifier, text, pairs) -> list[str]:
    return [_json({"id": identifier} | dataclasses.asdict(pair)) + "\n" for pair in pairs]


def _squad_entries(identifier, text, pairs) -> list[str]:
    questions = [
        {
            "id": f"{identifier}-{number}",
            "question": pair.question,
            "answers": [{"text": pair.answer, "answer_start": pair.start}],
        }
        for number, pair in enumerate(pairs)
    ]
    return [_json({"title": str(identifier), "paragraphs": [{"context": text, "qas": questions}]})]


def _csv_entries(identifier, text, pairs) -> list[str]:
    return [_csv_row((identifier, pair.question, pair.answer, pair.start, pair.end, pair.score)) for pair in pairs]


def _csv_row(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _alpaca_entries(identifier, text, pairs) -> list[str]:
    return [_json({"instruction": pair.question, "input": text, "output": pair.answer}) for pair in pairs]


QA_FORMATS = {
    "jsonl": OutputFormat("", _jsonl_entries, "", ""),
    "squad": OutputFormat('{"version": "textzoo", "data": [\n', _squad_entries, ",\n", "\n]}\n"),
    "csv": OutputFormat(_csv_row(("id", "question", "answer", "start", "end", "score")), _csv_entries, "", ""),
    "alpaca": OutputFormat("[\n", _alpaca_entries, ",\n", "\n]\n"),
}
