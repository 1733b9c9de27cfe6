"""Passages to generate from: plain text or jsonl, from a file or a stream."""

from collections.abc import Iterator
from os import PathLike
from typing import IO, Any, Literal

from .invalid_record_error import InvalidRecordError
from .json_lines import json_object
from .text_file import check_characters, check_decoded, file_suffix, numbered_lines, open_text, shortened, source_name


class TextRecords(Iterator[tuple[str | int, str]]):
    """An iterator over `(id, text)`.

    `rejected` collects what `on_error="skip"` left out so far; `place` is the file and line of the record that came
    last, `fields` its json object, empty for plain text.
    """

    def __init__(self, source: str | PathLike | IO[Any], encoding: str | None, on_error: str):
        self.rejected: list[InvalidRecordError] = []
        self.place = ""
        self.fields: dict[str, Any] = {}
        self._records = self._read(source, encoding, on_error)

    def __iter__(self) -> Iterator[tuple[str | int, str]]:
        return self

    def __next__(self) -> tuple[str | int, str]:
        return next(self._records)

    def _read(
        self, source: str | PathLike | IO[Any], encoding: str | None, on_error: str
    ) -> Iterator[tuple[str | int, str]]:
        name = source_name(source)
        is_jsonl = {".jsonl": True, ".txt": False}.get(file_suffix(name))
        seen: dict[str, int] = {}
        number = 0
        with open_text(source, encoding) as lines:
            for number, line in numbered_lines(lines, name, encoding):
                if not line.strip():
                    continue
                if is_jsonl is None:
                    is_jsonl = line.lstrip().startswith("{")
                place = f"{name}, line {number}"
                try:
                    check_decoded(line, place, encoding)
                    fields = _json_record(line, place, seen) if is_jsonl else {}
                    record = (fields["id"], fields["text"]) if is_jsonl else (number, line.rstrip("\r\n"))
                    check_characters(record[1], place)
                except InvalidRecordError as error:
                    if on_error == "raise":
                        raise
                    self.rejected.append(error)
                    continue
                seen[str(record[0])] = number
                self.place, self.fields = place, fields
                yield record
        if not seen and not self.rejected:
            raise InvalidRecordError(name, "a passage a line", "no text at all")


def read_texts(
    source: str | PathLike | IO[Any], encoding: str | None = None, on_error: Literal["raise", "skip"] = "raise"
) -> TextRecords:
    """Reads passages, one a line, as they come.

    Plain text holds one passage a line (blank lines are passed over); its ids are the line numbers. jsonl holds
    `{"id": ..., "text": ...}`. `.txt` and `.jsonl` say which it is; else the first line does.

    Args:
        source: A path (plain or gzip) or a stream such as `sys.stdin`.
        encoding: The file's encoding; None stands for UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first bad record, or `"skip"` it and collect it in `rejected`.

    Returns:
        An iterator over `(id, text)`.

    Raises:
        InvalidRecordError: A line that is no json or does not decode, a missing field, a missing or repeated id, an empty text,
            lone surrogates or NULs, a file without any text.

    Example:
        >>> import io
        >>> records = read_texts(io.StringIO('{"id": "a", "text": "北京是首都。"}\\n{"id": "b"}'), on_error="skip")
        >>> list(records)
        [('a', '北京是首都。')]
        >>> print(records.rejected[0])
        input, line 2: expected a field 'text'. Received: only 'id'.
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"Expected on_error 'raise' or 'skip'. Received: {on_error!r}.")
    return TextRecords(source, encoding, on_error)


def _json_record(line: str, place: str, seen: dict[str, int]) -> dict[str, Any]:
    record = json_object(line, place, 'a json object {"id": ..., "text": ...}')
    for field in ("id", "text"):
        if field not in record:
            fields = ", ".join(map(repr, record)) or "no field"
            raise InvalidRecordError(place, f"a field {field!r}", f"only {fields}")
    identifier, text = record["id"], record["text"]
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or identifier == "":
        raise InvalidRecordError(place, "an id that is a string or a whole number", repr(identifier))
    if str(identifier) in seen:
        raise InvalidRecordError(
            place, "ids that differ", f"{identifier!r}, which line {seen[str(identifier)]} has already"
        )
    if not isinstance(text, str):
        raise InvalidRecordError(place, "a text that is a string", shortened(repr(text)))
    if not text.strip():
        raise InvalidRecordError(place, "a text", "an empty one")
    check_characters(str(identifier), place)
    return record
