"""Reads passages to generate from: plain text, jsonl, Markdown or HTML, from a file or a stream."""

from collections.abc import Callable, Iterator
from os import PathLike
from typing import IO, Any, Literal

from .invalid_record_error import InvalidRecordError, check_on_error
from .marked_up_text import HTML, MARKDOWN, html_passages, markdown_passages
from .record_fields import check_id, text_field
from .record_lines import RecordLine, json_object, read_lines
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

_MARKED_UP = dict.fromkeys(MARKDOWN, markdown_passages) | dict.fromkeys(HTML, html_passages)


class TextRecords(Iterator[tuple[str | int, str]]):
    """An iterator over `(id, text)`.

    `rejected` lists the errors of the records skipped so far with `on_error="skip"`. `place` is file and line of the
    last record, `fields` its json object, empty for plain text.
    """

    def __init__(self, source: str | PathLike | IO[Any], *, encoding: str | None, on_error: str):
        self.rejected: list[InvalidRecordError] = []
        self.place = ""
        self.fields: dict[str, Any] = {}
        self._line_of_id: dict[str, int] = {}
        self._records = self._read(source, encoding=encoding, on_error=on_error)

    def __iter__(self) -> Iterator[tuple[str | int, str]]:
        return self

    def __next__(self) -> tuple[str | int, str]:
        return next(self._records)

    def _read(
        self, source: str | PathLike | IO[Any], *, encoding: str | None, on_error: str
    ) -> Iterator[tuple[str | int, str]]:
        name = source_name(source)
        if read_passages := _MARKED_UP.get(file_suffix(name)):
            yield from self._read_marked_up(source, read_passages, encoding=encoding)
            return
        is_jsonl = {".jsonl": True, ".txt": False}.get(file_suffix(name))
        for record in read_lines(source, self._parse, encoding=encoding, is_jsonl=is_jsonl):
            if not isinstance(record, InvalidRecordError):
                yield record
            elif on_error == "raise":
                raise record
            else:
                self.rejected.append(record)
        if not self._line_of_id and not self.rejected:
            raise InvalidRecordError(name, "one passage per line", received="no text at all")

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
        fields = self._json_record(line) if line.is_jsonl else {}
        identifier, text = (fields["id"], fields["text"]) if line.is_jsonl else (line.number, line.text.rstrip("\r\n"))
        check_characters(text, line.place)
        self._line_of_id[str(identifier)] = line.number
        self.place, self.fields = line.place, fields
        return identifier, text

    def _json_record(self, line: RecordLine) -> dict[str, Any]:
        record = json_object(line, 'a json object {"id": ..., "text": ...}')
        identifier = check_id(record.get("id"), line.place)
        if not identifier:
            received = "an empty one" if identifier == "" else "none"
            raise InvalidRecordError(line.place, "an id that is a string or a whole number", received=received)
        if identifier in self._line_of_id:
            received = f"{shortened(identifier)}, which line {self._line_of_id[identifier]} has already"
            raise InvalidRecordError(line.place, "a unique id", received=received)
        if not text_field(record, "text", place=line.place).strip():
            raise InvalidRecordError(line.place, "a text", received="an empty one")
        return record


def read_texts(
    source: str | PathLike | IO[Any], *, encoding: str | None = None, on_error: Literal["raise", "skip"] = "raise"
) -> TextRecords:
    """Reads passages, one per line, as they arrive.

    In plain text, ids are the line numbers and blank lines are skipped. jsonl lines are `{"id": ..., "text": ...}`. The
    suffix `.txt` or `.jsonl` determines the format, else the first line does. A file with the suffix `.md` or `.html`
    is read as a whole (`html_passages`); its ids are the headings.

    Args:
        source: A path, plain or compressed, or a stream such as `sys.stdin`.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first invalid record, or `"skip"` it and list it in `rejected`.

    Returns:
        An iterator over `(id, text)`.

    Raises:
        InvalidRecordError: A line is no json or cannot be decoded, a field is missing, an id is repeated, a text is
            empty or contains lone surrogates or NULs, or the file contains no text.

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
