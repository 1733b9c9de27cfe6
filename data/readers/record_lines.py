"""Records of jsonl and tsv files, one per line."""

import json
import re
from collections.abc import Callable, Iterator
from os import PathLike
from typing import IO, Any, NamedTuple, TypeVar

from ..csv_cells import tsv_cells
from .invalid_record_error import InvalidRecordError
from .record_fields import check_object, parse_json
from .text_file import check_decoded, numbered_lines, open_text, shortened, source_name

T = TypeVar("T")

LINE_FORMATS = {".jsonl": True, ".txt": False}
"""Whether the lines of a file with this suffix are json objects; those of another suffix may be."""


class RecordLine(NamedTuple):
    """A line of a file that is not blank.

    `text` includes the line end; `number` counts from 1, blank lines included; `place` is file and line for messages;
    `is_jsonl` tells jsonl from plain text or tsv.
    """

    text: str
    number: int
    place: str
    is_jsonl: bool


def read_lines(
    source: str | PathLike | IO[Any],
    parse: Callable[[RecordLine], T],
    *,
    encoding: str | None = None,
    is_jsonl: bool | None = None,
) -> Iterator[T | InvalidRecordError]:
    """Yields the record of every line that is not blank; an invalid record is yielded as its error.

    Args:
        source: A path, plain or compressed, or a stream.
        parse: Turns a line into a record; raises InvalidRecordError if it cannot.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        is_jsonl: Whether lines are json objects. None: they are if the first one begins with `{`.

    Raises:
        InvalidRecordError: The stream cannot be read to its end, or the first line is a json object and `is_jsonl` is
            False, or it begins a json list.

    Example:
        >>> import io
        >>> list(read_lines(io.StringIO("one\\n\\ntwo\\n"), lambda line: (line.place, line.is_jsonl)))
        [('input, line 1', False), ('input, line 3', False)]
    """
    name = source_name(source)
    is_first = True
    with open_text(source, encoding) as lines:
        for number, text in numbered_lines(lines, name, encoding=encoding):
            if not text.strip():
                continue
            place = f"{name}, line {number}"
            if is_jsonl is None:
                is_jsonl = text.lstrip().startswith("{")
                if _begins_json_list(text):
                    received = "a json list; write each record on a line, or end the file's name in .json"
                    raise InvalidRecordError(place, "plain text or a json object", received=received)
            elif is_first and not is_jsonl and _is_json_object(text):
                received = "a json object; end the file's name in .jsonl to read its records"
                raise InvalidRecordError(place, "plain text", received=received)
            is_first = False
            line = RecordLine(text, number, place, is_jsonl)
            try:
                check_decoded(text, line.place, encoding=encoding)
                record = parse(line)
            except InvalidRecordError as error:
                record = error
            yield record


def _begins_json_list(text: str) -> bool:
    """Returns whether a first line begins a list of json objects."""
    return re.match(r"\s*\[\s*(\{\s*\"|$)", text) is not None


def _is_json_object(text: str) -> bool:
    try:
        return text.lstrip().startswith("{") and isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def json_object(line: RecordLine, expected: str) -> dict[str, Any]:
    """Returns the json object of a line; raises InvalidRecordError, with `expected`, if it is none.

    Example:
        >>> json_object(RecordLine('{"text": "今天"}', 1, "a.jsonl, line 1", True), "a json object")
        {'text': '今天'}
    """
    return check_object(parse_json(line.text, line.place, expected=expected), line.place, expected=expected)


def two_columns(line: RecordLine, expected: str) -> list[str]:
    """Returns the two columns of a tsv line; raises InvalidRecordError, with `expected`, if there are not two."""
    columns = tsv_cells(line.text)
    if len(columns) != 2:
        raise InvalidRecordError(line.place, expected, received=f"{len(columns)} columns, {shortened(line.text)}")
    return columns
