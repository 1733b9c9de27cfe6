"""Reads text files: plain or compressed, with or without a byte order mark, and detects a wrong encoding."""

import codecs
import io
import re
from collections.abc import Iterator
from os import PathLike
from typing import IO, Any, TextIO, cast

from ..check_types import check_types
from ..decompression import open_decompressed
from .invalid_record_error import InvalidRecordError

_ESCAPED_BYTES = re.compile("[\udc80-\udcff]")  # bytes that surrogateescape could not decode
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
MAX_RECORD = 2**24
"""Characters of the longest line, and of the longest article of a folder."""

_BYTE_ORDER_MARKS = {  # UTF-32 first: its marks begin with those of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OTHER_FILES = {  # first bytes of files that people take for text
    b"PAR1\x15": "a Parquet file; give it the suffix .parquet",
    b"PK\x03\x04": "a zip archive, such as .xlsx or .docx; save it as .csv or .txt",
    b"\xd0\xcf\x11\xe0": "a file of Excel or Word; save it as .csv or .txt",
    b"%PDF-": "a PDF; save its text as .txt",
}


def guess_encoding(data: bytes) -> str | None:
    """Guesses the encoding of bytes; None if none fits.

    Example:
        >>> guess_encoding("今天天气很好".encode("gbk")), guess_encoding("今天天氣很好".encode("big5"))
        ('gb18030', 'big5')
    """
    for mark, name in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return name
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) >= 8 and max(even, odd) > 0.2 * len(data):  # English in UTF-16: every other byte is 0
        return "utf-16-le" if odd > even else "utf-16-be"
    for codec, name in [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("big5", "big5"), ("gb18030", "gb18030")]:
        try:
            data.decode(codec)
            return name
        except UnicodeDecodeError:
            continue
    try:
        data.decode("cp1252")
        return "cp1252"
    except UnicodeDecodeError:
        return None


def describe_encoding(data: bytes) -> str:
    """Describes bytes that cannot be decoded, for a message."""
    guess = guess_encoding(data)
    if guess is None:
        return f"bytes in another encoding, beginning {data[:8]!r}"
    name = guess.upper().replace("CP1252", "Windows-1252")
    return f"bytes that are not (looks like {name}: pass --encoding {guess})"


@check_types
def open_text(source: str | PathLike | IO[Any], encoding: str | None = None, *, newline: str | None = None) -> TextIO:
    """Opens a text file or a binary stream for reading.

    gzip, bzip2 and xz are recognized by content. A UTF-8 byte order mark is removed, CRLF becomes LF. Bytes that cannot
    be decoded become lone surrogates (Python's `surrogateescape`), which `check_decoded` and `check_characters` report.

    Args:
        source: A path, a binary stream or a text stream. If a text stream has a `buffer`, its bytes are read instead.
        encoding: The encoding. None: UTF-8.
        newline: As of `open`; `""` keeps CRLF.

    Returns:
        The text stream.

    Raises:
        ValueError: The encoding is unknown or none of text, or the first bytes are those of UTF-16, UTF-32, Parquet,
            an office file or a PDF.
    """
    encoding = encoding or "utf-8"
    name = source_name(source)
    _check_encoding(encoding)
    if isinstance(source, io.TextIOBase) and not hasattr(source, "buffer"):
        return cast(TextIO, source)
    binary: Any = source if isinstance(source, str | PathLike) else getattr(source, "buffer", source)
    try:
        binary = open_decompressed(binary)
        head = binary.peek(512)[:512]
    except OSError as error:
        if error.filename is not None:
            raise
        raise InvalidRecordError(name, "a whole file", received=str(error)) from None
    other = next((kind for mark, kind in _OTHER_FILES.items() if head.startswith(mark)), None)
    if other is not None:
        binary.close()
        raise InvalidRecordError(name, "text", received=other)
    if codecs.lookup(encoding).name == "utf-8":
        if (guess_encoding(head) or "").startswith("utf-16") or head.startswith(tuple(_BYTE_ORDER_MARKS)):
            binary.close()
            raise InvalidRecordError(name, "text in UTF-8", received=describe_encoding(head))
        encoding = "utf-8-sig"
    return io.TextIOWrapper(binary, encoding=encoding, errors="surrogateescape", newline=newline)


def _check_encoding(encoding: str) -> None:
    try:
        b"text".decode(encoding)
    except UnicodeDecodeError:  # such as four bytes of UTF-16
        return
    except (LookupError, ValueError):
        raise ValueError(f"Expected an encoding of text that Python knows. Received: {encoding!r}.") from None


def first_line(source: str | PathLike, encoding: str | None = None) -> str:
    """Returns the first line of a file that is not blank, its first 16 million characters; "" if there is none.

    Raises:
        InvalidRecordError: As `open_text` and `numbered_lines`.
    """
    with open_text(source, encoding) as lines:
        while line := lines.readline(MAX_RECORD):
            if line.strip():
                return line
    return ""


def begins_json(line: str) -> bool:
    """Returns whether a first line is json; a line with a tab is one of tsv, such as a title that begins with `[`.

    Example:
        >>> begins_json('[{"title": "小李讲课"},\\n'), begins_json("[图] 小李讲课\\t小李在图书馆讲课。\\n")
        (True, False)
    """
    return line.lstrip().startswith(("{", "[")) and "\t" not in line.strip()


def source_name(source: str | PathLike | IO[Any]) -> str:
    """Returns the name of a file or stream for messages."""
    if isinstance(source, str | PathLike):
        return str(source)
    return str(getattr(source, "name", None) or "input")


def check_decoded(text: str, place: str, *, encoding: str | None = None) -> None:
    """Raises InvalidRecordError, with a guess at the encoding, if `text` contains bytes that were not decoded."""
    if _ESCAPED_BYTES.search(text):
        encoding = encoding or "utf-8"
        try:
            data = text.encode(encoding, "surrogateescape")
        except UnicodeError:
            data = bytes(ord(character) - 0xDC00 for character in _ESCAPED_BYTES.findall(text))
        raise InvalidRecordError(place, f"text in {encoding.upper()}", received=describe_encoding(data))


def check_characters(text: str, place: str) -> None:
    """Raises InvalidRecordError if `text` contains a lone surrogate or a NUL."""
    if match := _LONE_SURROGATE.search(text):
        raise InvalidRecordError(place, "characters of Unicode", received=f"the lone surrogate U+{ord(match[0]):04X}")
    if "\0" in text:
        raise InvalidRecordError(place, "text", received=f"a NUL character at position {text.index(chr(0))}")


def file_suffix(name: str) -> str:
    """Returns the suffix of a file in lower case; for a compressed file, the suffix before `.gz`, `.bz2` or `.xz`.

    Example:
        >>> file_suffix("runs/A.JSONL.gz"), file_suffix("-")
        ('.jsonl', '')
    """
    parts = re.sub(r"\.(gz|bz2|xz)$", "", name.lower()).rsplit(".", 1)
    return f".{parts[1]}" if len(parts) == 2 else ""


def numbered_lines(
    lines: IO[str], name: str, *, encoding: str | None, max_characters: int = MAX_RECORD
) -> Iterator[tuple[int, str]]:
    """Yields the lines of a text stream with their numbers from 1.

    Raises:
        InvalidRecordError: The stream ends early, cannot be decoded, or has a line of more than `max_characters`; names
            the line.
    """
    number = 0
    try:
        while line := lines.readline(max_characters + 1):
            number += 1
            if len(line) > max_characters:
                expected = f"a line of at most {max_characters} characters"
                raise InvalidRecordError(
                    f"{name}, line {number}", expected, received=f"a longer one, {shortened(line)}"
                )
            yield number, line
    except UnicodeError as error:
        raise InvalidRecordError(
            f"{name}, line {number + 1} or later", f"text in {encoding}", received=str(error)
        ) from None
    except OSError as error:
        raise InvalidRecordError(f"{name}, after line {number}", "a whole file", received=str(error)) from None


def shortened(text: str) -> str:
    """Returns a line for a message: in quotes, at most 60 characters of it."""
    text = text[:200].strip() if len(text) > 200 else text.strip()
    return repr(text if len(text) <= 60 else text[:57] + "...")
