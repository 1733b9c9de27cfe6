"""Records of json, jsonl, csv, tsv and Parquet files, with their places."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from typing import Any

from ..csv_cells import csv_rows, tsv_cells
from .invalid_record_error import InvalidRecordError
from .parquet_records import is_parquet, parquet_records
from .record_fields import describe, parse_json
from .text_file import check_decoded, file_suffix, numbered_lines, open_text

MAX_DOCUMENT = 2**28  # characters of a json document; files of one record per line may have any size


def read_records(path: str | PathLike, *, expected: str, encoding: str | None = None) -> Iterator[tuple[str, Any]]:
    """Yields the records of a file, each with its place; an invalid record is yielded as its error.

    The suffixes `.csv` and `.tsv` mean a table whose first row names the columns; its records are objects of strings.
    The suffix `.parquet` means Parquet. All else is json: an object or a list per line, a list, a list under "data",
    the rows of Hugging Face's viewer under "rows", or one object.

    Args:
        path: The file, plain or compressed.
        expected: Description of a valid file, for messages.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.

    Raises:
        InvalidRecordError: The file is empty, or cannot be read as a whole.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("pairs.csv").write_text("question,answer\\r\\n去哪里？,北京\\r\\n", encoding="utf-8")
        >>> list(read_records("pairs.csv", expected="pairs"))
        [('pairs.csv, line 2', {'question': '去哪里？', 'answer': '北京'})]
    """
    if is_parquet(path):
        yield from parquet_records(str(path))
    elif file_suffix(str(path)) in (".csv", ".tsv"):
        yield from _table_records(str(path), expected, encoding=encoding)
    else:
        yield from _json_records(str(path), expected, encoding=encoding)


def _table_records(path: str, expected: str, *, encoding: str | None) -> Iterator[tuple[str, Any]]:
    with open_text(path, encoding, newline="") as file:
        numbered = numbered_lines(file, path, encoding=encoding)
        rows = table_rows(numbered, path, is_tsv=file_suffix(path) == ".tsv", encoding=encoding)
        names = next(rows, None)
        if names is None:
            raise InvalidRecordError(path, expected, received="an empty file")
        columns = [name.strip() for name in names[1]]
        repeated = next((name for name, count in Counter(columns).items() if name and count > 1), None)
        if repeated is not None:
            raise InvalidRecordError(names[0], "columns with different names", received=f"{repeated!r} more than once")
        for place, cells in rows:
            if len(cells) == len(columns):
                yield place, dict(zip(columns, cells, strict=True))
            else:
                yield place, InvalidRecordError(place, f"{len(columns)} columns", received=str(len(cells)))


def table_rows(
    numbered: Iterable[tuple[int, str]], path: str, *, is_tsv: bool, encoding: str | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Yields the rows of a table that are not blank, each with its place.

    Cells of csv may be in quotes; those of tsv are as they stand.

    Raises:
        InvalidRecordError: A line is no csv, or cannot be decoded.
    """
    last = 0

    def lines() -> Iterator[str]:
        nonlocal last
        for last, line in numbered:
            check_decoded(line, f"{path}, line {last}", encoding=encoding)
            yield line

    if is_tsv:
        for line in lines():
            if line.strip():
                yield f"{path}, line {last}", tsv_cells(line)
        return
    try:
        for cells in csv_rows(lines()):
            if any(cell.strip() for cell in cells):
                yield f"{path}, line {last}", cells
    except InvalidRecordError:
        raise
    except ValueError as error:
        raise InvalidRecordError(f"{path}, line {last}", "csv", received=str(error)) from None


def _json_records(path: str, expected: str, *, encoding: str | None) -> Iterator[tuple[str, Any]]:
    with open_text(path, encoding) as file:
        all_lines = numbered_lines(file, path, encoding=encoding, max_characters=MAX_DOCUMENT)
        lines = ((number, line) for number, line in all_lines if line.strip())
        head = list(itertools.islice(lines, 2))
        if not head:
            raise InvalidRecordError(path, expected, received="an empty file")
        values = [_json_line(number, line, path, encoding=encoding) for number, line in head]
        if len(head) == 2 and _is_record_per_line(head[0][1], values):
            for number, line in itertools.chain(head, lines):
                yield from _items(_json_line(number, line, path, encoding=encoding), f"{path}, line {number}")
            return
        parts, size, last = [], 0, 0
        for number, line in itertools.chain(head, lines):
            check_decoded(line, f"{path}, line {number}", encoding=encoding)
            parts.append("\n" * (number - last - 1) + line)  # so that an error of json has the line of the file
            size, last = size + len(line), number
            if size > MAX_DOCUMENT:
                at_most = f"json of at most {MAX_DOCUMENT} characters, or one record per line"
                raise InvalidRecordError(path, at_most, received="more")
    is_json = file_suffix(path) in (".json", ".jsonl")
    document = parse_json("".join(parts), path, expected="json, or one json object per line" if is_json else expected)
    if isinstance(document, dict):
        document = _rows_within(document, path)
    if isinstance(document, list):
        yield from ((f"{path}, record {index}", record) for index, record in enumerate(document, 1))
    else:
        yield path, document


def _is_record_per_line(first: str, values: Sequence[Any]) -> bool:
    """Returns whether a file has one record per line, though its first line may be a bad one, by its first two lines.

    Args:
        first: The first line.
        values: The json values of both.
    """
    opens_document = first.rstrip().endswith(("[", "{", ",", ":"))
    return isinstance(values[0], dict | list) or (isinstance(values[1], dict) and not opens_document)


def _rows_within(document: dict[str, Any], path: str) -> Any:
    """Returns the list of records that a document wraps, or the document."""
    rows = document.get("rows")
    if isinstance(rows, list) and all(isinstance(row, dict) and "row" in row for row in rows):
        return [_viewed_row(row, f"{path}, record {index}") for index, row in enumerate(rows, 1)]
    data = document.get("data")
    if isinstance(data, list) and data and all(isinstance(item, dict) and "paragraphs" not in item for item in data):
        return data
    return document


def _viewed_row(row: dict[str, Any], place: str) -> Any:
    """Returns a row of Hugging Face's viewer, or an error if the viewer has cut it."""
    if cut := row.get("truncated_cells"):
        expected = "a whole row (download the files of the dataset instead of the viewer's rows)"
        return InvalidRecordError(place, expected, received=f"cells that the viewer has cut, {describe(cut)}")
    return row["row"]


def _items(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yields the objects of a line that is a list of these, or its value."""
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        yield from ((f"{place}, record {index}", item) for index, item in enumerate(value, 1))
    else:
        yield place, value


def _json_line(number: int, line: str, path: str, *, encoding: str | None) -> Any:
    """Returns the json value of a line, or its error if there is none."""
    place = f"{path}, line {number}"
    try:
        check_decoded(line, place, encoding=encoding)
        return parse_json(line, place, expected="a json object")
    except InvalidRecordError as error:
        return error
