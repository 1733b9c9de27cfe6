"""Output formats of generated question-answer pairs: jsonl, SQuAD, CSV, Alpaca and a table on the terminal."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from textzoo.scripts.cli.terminal_table import TerminalTable


class WriteEntries(Protocol):
    """Writer of a passage's pairs: returns the entries of the file."""

    def __call__(self, text: str, pairs: Sequence[Any], *, identifier: str | int) -> list[str]: ...


class OutputFormat(NamedTuple):
    """A text format of question-answer pairs.

    Args:
        head: Beginning of the file.
        entries: Writer of the entries of a passage.
        separator: Text between two entries.
        tail: End of the file.
    """

    head: str
    entries: WriteEntries
    separator: str
    tail: str


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def _jsonl_entries(text, pairs, *, identifier) -> list[str]:
    return [_json({"id": identifier} | dataclasses.asdict(pair)) + "\n" for pair in pairs]


def _squad_entries(text, pairs, *, identifier) -> list[str]:
    questions = [
        {
            "id": f"{identifier}-{number}",
            "question": pair.question,
            "answers": [{"text": pair.answer, "answer_start": pair.start}],
        }
        for number, pair in enumerate(pairs)
    ]
    return [_json({"title": str(identifier), "paragraphs": [{"context": text, "qas": questions}]})]


def _csv_entries(text, pairs, *, identifier) -> list[str]:
    from textzoo.data.csv_cells import csv_row

    return [csv_row((identifier, pair.question, pair.answer, pair.start, pair.end, pair.score)) for pair in pairs]


def _alpaca_entries(text, pairs, *, identifier) -> list[str]:
    return [_json({"instruction": pair.question, "input": text, "output": pair.answer}) for pair in pairs]


QA_FORMATS = {
    "jsonl": OutputFormat(head="", entries=_jsonl_entries, separator="", tail=""),
    "squad": OutputFormat(
        head='{"version": "textzoo", "data": [\n', entries=_squad_entries, separator=",\n", tail="\n]}\n"
    ),
    "csv": OutputFormat(
        head="\ufeffid,question,answer,start,end,score\r\n",  # Excel reads UTF-8 after the mark
        entries=_csv_entries,
        separator="",
        tail="",
    ),
    "alpaca": OutputFormat(head="[\n", entries=_alpaca_entries, separator=",\n", tail="\n]\n"),
}


def qa_table(*, judged: bool) -> OutputFormat:
    """Returns the table on the terminal: each passage, cut to one line, with its pairs and their probability or score.

    Args:
        judged: Whether pairs have a probability, from a filter with a `PairQuality`.
    """
    table = TerminalTable({"question": 2, "answer": 1, "probability" if judged else "score": 0})

    def entries(text, pairs, *, identifier) -> list[str]:
        figures = [f"{pair.probability:.0%}" if judged else f"{pair.score:.2f}" for pair in pairs]
        rows = [(pair.question, pair.answer, figure) for pair, figure in zip(pairs, figures, strict=True)]
        return [table.group(f"{identifier}  {text}", rows)]

    return OutputFormat(head=table.head(), entries=entries, separator="", tail="")
