"""Reads passages to generate from: plain text, jsonl, Parquet, Markdown or HTML; a file, a folder or a stream."""

import os
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import IO, Any, Literal

from ..check_types import check_types
from ..remote_files import is_remote, list_remote_folder
from .file_records import read_records
from .invalid_record_error import InvalidRecordError, check_on_error
from .marked_up_text import HTML, MARKDOWN, html_passages, markdown_passages
from .parquet_records import is_parquet
from .record_fields import check_id, check_object, text_field
from .record_lines import LINE_FORMATS, RecordLine, json_object, read_lines
from .text_file import (
    MAX_RECORD,
    check_characters,
    check_decoded,
    file_suffix,
    numbered_lines,
    open_text,
    shortened,
    source_name,
)
from .text_folder import text_folder
from .unique_ids import UniqueIds

_MARKED_UP = dict.fromkeys(MARKDOWN, markdown_passages) | dict.fromkeys(HTML, html_passages)
_TABLES = {".csv", ".tsv", ".json"}
_ROWS = 'passages {"text"} with optional "id"'
_IN_FOLDERS = {".txt", ".jsonl", ".parquet", *_MARKED_UP}


class TextRecords(Iterator[tuple[str | int, str]]):
    """An iterator over `(id, text)`.

    `rejected` lists the errors of the records skipped so far with `on_error="skip"`. `place` is file and line of the
    last record, `fields` its json object, empty for plain text. The ids of json, csv and tsv are held to find repeated
    ones, those of plain text and Parquet are not.
    """

    def __init__(self, source: str | PathLike | IO[Any], *, encoding: str | None, on_error: str):
        self.rejected: list[InvalidRecordError] = []
        self.place = ""
        self.fields: dict[str, Any] = {}
        self._ids = UniqueIds()
        self._is_empty = True
        self._records = self._read(source, encoding=encoding, on_error=on_error)

    def __iter__(self) -> Iterator[tuple[str | int, str]]:
        return self

    def __next__(self) -> tuple[str | int, str]:
        return next(self._records)

    def _read(
        self, source: str | PathLike | IO[Any], *, encoding: str | None, on_error: str
    ) -> Iterator[tuple[str | int, str]]:
        name = source_name(source)
        if isinstance(source, str | PathLike):
            files = _files_below(str(source))
            if files is not None:
                yield from self._read_folder(str(source), files, encoding=encoding, on_error=on_error)
                return
        if read_passages := _MARKED_UP.get(file_suffix(name)):
            yield from self._read_marked_up(source, read_passages, encoding=encoding)
            return
        is_path = isinstance(source, str | PathLike)
        has_rows = is_parquet(name) or (is_path and file_suffix(name) in _TABLES)
        records: Iterator[Any] = self._rows(name, encoding) if has_rows else self._lines(source, encoding)
        for record in records:
            self._is_empty = False
            if not isinstance(record, InvalidRecordError):
                yield record
            elif on_error == "raise":
                raise record
            else:
                self.rejected.append(record)
        if self._is_empty:
            raise InvalidRecordError(name, "one passage per line", received="no text at all")

    def _lines(self, source: str | PathLike | IO[Any], encoding: str | None) -> Iterator[Any]:
        is_jsonl = LINE_FORMATS.get(file_suffix(source_name(source)))
        return read_lines(source, self._parse, encoding=encoding, is_jsonl=is_jsonl)

    def _rows(self, path: str, encoding: str | None) -> Iterator[Any]:
        for number, (place, row) in enumerate(read_records(path, expected=_ROWS, encoding=encoding), 1):
            try:
                if isinstance(row, InvalidRecordError):
                    raise row
                row = check_object(row, place, expected=_ROWS)
                check_id(row.get("id"), place)
                text = text_field(row, "text", place=place)
                if not text.strip():
                    raise InvalidRecordError(place, "a text", received="an empty one")
                if is_parquet(path) or place == path:  # which is the place of the only record
                    identifier = number if row.get("id") in (None, "") else row["id"]
                else:
                    identifier = self._ids.add(row.get("id"), number, place=place)
            except InvalidRecordError as error:
                yield error
                continue
            self.place, self.fields = place, row
            yield identifier, text

    def _read_folder(
        self, folder: str, files: Iterator[str | InvalidRecordError], *, encoding: str | None, on_error: str
    ) -> Iterator[tuple[str | int, str]]:
        """Yields the records of each file; an id begins with the file's path in the folder."""
        is_empty = True
        for file in files:
            is_empty = False
            try:
                if isinstance(file, InvalidRecordError):
                    raise file
                path = f"{folder.rstrip('/')}/{file}" if is_remote(folder) else os.path.join(folder, file)
                records = TextRecords(path, encoding=encoding, on_error=on_error)
                records.rejected = self.rejected
                for identifier, text in records:
                    self.place, self.fields = records.place, records.fields
                    yield f"{file}:{identifier}", text
            except InvalidRecordError as error:
                if on_error == "raise":
                    raise
                self.rejected.append(error)
        if is_empty:
            expected = f"files ending in {', '.join(sorted(_IN_FOLDERS))}"
            raise InvalidRecordError(folder, expected, received="a folder without any")

    def _read_marked_up(
        self,
        source: str | PathLike | IO[Any],
        read_passages: Callable[[str], Iterator[tuple[str, str]]],
        *,
        encoding: str | None,
    ) -> Iterator[tuple[str | int, str]]:
        name = source_name(source)
        lines, size = [], 0
        with open_text(source, encoding) as file:
            for number, line in numbered_lines(file, name, encoding=encoding):
                check_decoded(line, f"{name}, line {number}", encoding=encoding)
                lines.append(line)
                size += len(line)
                if size > MAX_RECORD:
                    raise InvalidRecordError(name, f"a page of at most {MAX_RECORD} characters", received="more")
        for identifier, text in read_passages("".join(lines)):
            self.place = f"{name}, {shortened(identifier)}"
            check_characters(text, self.place)
            yield identifier, text
        if not self.place:
            raise InvalidRecordError(name, "paragraphs of text", received="no text at all")

    def _parse(self, line: RecordLine) -> tuple[str | int, str]:
        if not line.is_jsonl:
            text = line.text.rstrip("\r\n")
            check_characters(text, line.place)
            self.place, self.fields = line.place, {}
            return line.number, text
        fields = self._json_record(line)
        identifier = self._ids.add(fields.get("id"), line.number, place=line.place)
        self.place, self.fields = line.place, fields
        return identifier, fields["text"]

    def _json_record(self, line: RecordLine) -> dict[str, Any]:
        record = json_object(line, 'a json object {"id": ..., "text": ...}')
        check_id(record.get("id"), line.place)
        if not text_field(record, "text", place=line.place).strip():
            raise InvalidRecordError(line.place, "a text", received="an empty one")
        return record


@check_types
def read_texts(
    source: str | PathLike | IO[Any], *, encoding: str | None = None, on_error: Literal["raise", "skip"] = "raise"
) -> TextRecords:
    """Reads passages, one per line, as they arrive.

    In plain text, ids are the line numbers and blank lines are skipped. jsonl lines are `{"id": ..., "text": ...}`; the
    id of one without is the number of its line. The suffix `.txt` or `.jsonl` determines the format, else the first
    line does. A file with the suffix `.parquet`, `.csv`, `.tsv` or `.json` has a column `text` and may have a column
    `id`. One with the suffix `.md` or `.html` is read as a whole (`html_passages`); its ids are the headings. The .txt,
    .jsonl, .parquet, .md and .html files of a folder, plain or compressed, are read in the order of their paths; their
    ids are `path in the folder:id`.

    Args:
        source: A path, plain or compressed; an address such as `s3://bucket/texts.jsonl`, which fsspec opens; or a
            stream such as `sys.stdin`.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first invalid record, or `"skip"` it and list it in `rejected`.

    Returns:
        An iterator over `(id, text)`.

    Raises:
        InvalidRecordError: A line is no json or cannot be decoded, a field is missing, an id is repeated, a text is
            empty or contains lone surrogates or NULs, a `.txt` file begins with a json object, or the file contains no
            text.

    Example:
        >>> import io
        >>> records = read_texts(io.StringIO('{"id": "a", "text": "北京是首都。"}\\n{"id": "b"}'), on_error="skip")
        >>> list(records)
        [('a', '北京是首都。')]
        >>> print(records.rejected[0])
        input, line 2: expected a field 'text' with a string. Received: only 'id'.
    """
    check_on_error(on_error)
    return TextRecords(source, encoding=encoding, on_error=on_error)


def _files_below(path: str) -> Iterator[str | InvalidRecordError] | None:
    """Returns the paths of a folder's files of texts, relative to it; None if the path is no folder."""
    if is_remote(path):
        files = list_remote_folder(path)
        return None if files is None else (file for file in files if file_suffix(file) in _IN_FOLDERS)
    if not os.path.isdir(path):
        return None
    found = text_folder(Path(path), _IN_FOLDERS)
    return (file if isinstance(file, InvalidRecordError) else file.relative_to(path).as_posix() for file in found)
