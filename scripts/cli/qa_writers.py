"""Generated pairs in the formats that others read."""

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class OutputFormat(NamedTuple):
    """A format: what begins the file, `(id, text, pairs) -> entries`, what stands between two, and what ends it."""

    head: str
    entries: Callable[[str | int, str, Sequence[Any]], list[str]]
    between: str
    tail: str


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def _lines(identifier, text, pairs) -> list[str]:
    return [_json({"id": identifier} | dataclasses.asdict(pair)) + "\n" for pair in pairs]


def _squad(identifier, text, pairs) -> list[str]:
    questions = [
        {
            "id": f"{identifier}-{number}",
            "question": pair.question,
            "answers": [{"text": pair.answer, "answer_start": pair.start}],
        }
        for number, pair in enumerate(pairs)
    ]
    return [_json({"title": str(identifier), "paragraphs": [{"context": text, "qas": questions}]})]


def _csv(identifier, text, pairs) -> list[str]:
    rows = [(identifier, pair.question, pair.answer, pair.start, pair.end, pair.score) for pair in pairs]
    return [_row(row) for row in rows]


def _row(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _alpaca(identifier, text, pairs) -> list[str]:
    return [_json({"instruction": pair.question, "input": text, "output": pair.answer}) for pair in pairs]


QA_FORMATS = {
    "jsonl": OutputFormat("", _lines, "", ""),
    "squad": OutputFormat('{"version": "textzoo", "data": [\n', _squad, ",\n", "\n]}\n"),
    "csv": OutputFormat(_row(("id", "question", "answer", "start", "end", "score")), _csv, "", ""),
    "alpaca": OutputFormat("[\n", _alpaca, ",\n", "\n]\n"),
}
