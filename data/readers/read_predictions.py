"""Reads question-answer pairs that a model generated, from jsonl or csv."""

import math
from collections.abc import Iterator
from os import PathLike
from typing import Any, NamedTuple

from .file_records import read_records
from .invalid_record_error import InvalidRecordError
from .record_fields import check_id, check_integer, describe, text_field
from .record_lines import RecordLine, json_object, read_lines
from .text_file import file_suffix

_JSON = 'a json object {"id", "question", "answer"}'
_TABLE = "a table with the columns id, question and answer"


class PredictedPair(NamedTuple):
    """A generated pair: file and line, id of its passage, question, answer, start in the passage and score."""

    place: str
    id: str
    question: str
    answer: str
    start: int | None = None
    score: float = float("nan")


def read_predictions(path: str | PathLike, *, encoding: str | None = None) -> Iterator[PredictedPair]:
    """Yields generated pairs in the order of a file, as `textzoo generate qa` writes them with `--format` jsonl or csv.

    Args:
        path: A file of lines of `{"id", "question", "answer"}` with optional `start` and `score`; or, with the suffix
            `.csv`, a table with these columns. Plain or compressed.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.

    Raises:
        InvalidRecordError: A record lacks a field, or has one of another type.

    Example:

    >>> from pathlib import Path
    >>> _ = Path("pairs.csv").write_text("id,question,answer,start\\nd1,去哪里？,北京,2\\n", encoding="utf-8")
    >>> [(pair.id, pair.answer, pair.start) for pair in read_predictions("pairs.csv")]
    [('d1', '北京', 2)]
    """
    if file_suffix(str(path)) == ".csv":
        yield from _read_csv(str(path), encoding)
        return
    for pair in read_lines(path, _from_json, encoding=encoding, is_jsonl=True):
        if isinstance(pair, InvalidRecordError):
            raise pair
        yield pair


def _from_json(line: RecordLine) -> PredictedPair:
    return _pair(json_object(line, _JSON), line.place)


def _read_csv(path: str, encoding: str | None) -> Iterator[PredictedPair]:
    for place, record in read_records(path, expected=_TABLE, encoding=encoding):
        if isinstance(record, InvalidRecordError):
            raise record
        numbers = {"start": _number(record.get("start"), int), "score": _number(record.get("score"), float)}
        yield _pair(record | numbers, place)


def _number(cell: str | None, kind: type) -> Any:
    """Returns the number of a cell, None for an empty one, or the cell if it is no number."""
    try:
        return kind(cell) if cell else None
    except ValueError:
        return cell


def _pair(record: dict[str, Any], place: str) -> PredictedPair:
    identifier = check_id(record.get("id"), place)
    if identifier is None:
        raise InvalidRecordError(place, "an id that is a string or a whole number", received="none")
    question, answer = (text_field(record, name, place=place) for name in ("question", "answer"))
    start = check_integer(record.get("start"), place, expected="a start that is a whole number")
    if start is not None and start < 0:
        raise InvalidRecordError(place, "a start of 0 or more", received=str(start))
    score = record.get("score")
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
        raise InvalidRecordError(place, "a score that is a number", received=describe(score))
    if score is not None and not math.isfinite(score):
        raise InvalidRecordError(place, "a score that is finite", received=str(score))
    return PredictedPair(place, identifier, question, answer, start, float("nan") if score is None else score)
