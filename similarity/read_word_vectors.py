"""Reader of word vectors in the formats of word2vec and GloVe."""

import codecs
import re
from collections.abc import Iterator
from os import PathLike
from typing import Any

import numpy as np

from ..data.decompression import open_decompressed

MAX_WIDTH = 2**16
MAX_WORD, MAX_NUMBER = 2**12, 64  # bytes of a word and of a number in a text row
_CONTROL = re.compile("[\0-\b\x0e-\x1f]")
_SIZES = re.compile(rb"(\d{1,18}) +(\d{1,18})")


def read_word_vectors(path: str | PathLike) -> tuple[list[str], np.ndarray]:
    """Reads word2vec's text or binary format, or GloVe's (text without the first line).

    gzip, bzip2 and xz are recognized by content. A file is word2vec's text if the row after its first line is a word
    and as many numbers as that line says. Memory grows with the rows that the file holds, whatever the first line says.

    Args:
        path: The file, plain or compressed.

    Returns:
        The words, repeated ones included; float32 `[words, width]`.

    Raises:
        ValueError: The file is incomplete, damaged or in another format, or most of its words are not in UTF-8. The
            message names the file and the line.

    Example:

    >>> from pathlib import Path
    >>> _ = Path("v.txt").write_text("2 3\\n北 1 0 0\\n京 0 1 0\\n", encoding="utf-8")
    >>> read_word_vectors("v.txt")
    (['北', '京'], array([[1., 0., 0.],
           [0., 1., 0.]], dtype=float32))
    """
    name = str(path)
    with open_decompressed(path) as file:
        try:
            words, rows = _read(file, name)
        except OSError as error:
            if error.filename is not None:
                raise
            raise ValueError(f"{name}: {error}") from None
    if not words:
        raise ValueError(f"{name}: the file holds no word vectors; pass one with a word and its numbers on each line.")
    damaged = [word for word in words if "\ufffd" in word]
    if 2 * len(damaged) > len(words):
        raise ValueError(f"{name}: expected words in UTF-8; convert the file. Received: {damaged[0]!r}.")
    return words, np.array(rows)


def _read(file: Any, name: str) -> tuple[list[str], list[np.ndarray]]:
    head = _read_line(file, MAX_WIDTH)
    sizes = _SIZES.fullmatch(head.strip())
    if sizes is None:
        width = len(head.rstrip().split(b" ")) - 1
        if width < 2 or width > MAX_WIDTH or _numbers(head, width) is None:
            expected = "expected the number of words and the width, or a word and its numbers"
            raise ValueError(f"{name}, line 1: {expected}. Received: {_excerpt(head)}.")
        return _read_text(file, name, first_row=head, line_number=1, width=width, count=None)
    count, width = map(int, sizes.groups())
    if not count or not 0 < width <= MAX_WIDTH:
        expected = f"expected numbers above 0, the second at most {MAX_WIDTH}"
        raise ValueError(f"{name}, line 1: {expected}. Received: {_excerpt(head)}.")
    row = _read_line(file, width)
    if _numbers(row, width) is not None or _is_text(row + file.peek()[:MAX_WORD]):
        return _read_text(file, name, first_row=row, line_number=2, width=width, count=count)
    return _read_binary(_Prefixed(row, file), name, width=width, count=count)


def _read_line(file: Any, width: int) -> bytes:
    """Returns the next line, cut off where it is too long for a word and its numbers."""
    return file.readline(MAX_WORD + width * MAX_NUMBER)


def _is_text(sample: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(sample)  # accepts a character cut off at the end
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(text)


def _read_text(
    file: Any, name: str, *, first_row: bytes, line_number: int, width: int, count: int | None
) -> tuple[list[str], list[np.ndarray]]:
    words, rows, line = [], [], first_row
    while line:
        if line.strip():
            vector = _numbers(line, width)
            if vector is None:
                expected = f"expected a word and {width} numbers"
                raise ValueError(f"{name}, line {line_number}: {expected}. Received: {_excerpt(line)}.")
            words.append(line.rstrip().rsplit(b" ", width)[0].decode("utf-8", "replace"))
            rows.append(vector)
        line = _read_line(file, width)
        line_number += 1
    if count is not None and len(words) != count:
        raise ValueError(f"{name}: expected {count} words, as line 1 says. Received: {len(words)}.")
    return words, rows


def _numbers(line: bytes, width: int) -> np.ndarray | None:
    """Returns the last `width` fields of a line as float32, None if the line is not a word and `width` numbers."""
    fields = line.rstrip().rsplit(b" ", width)
    if len(fields) != width + 1 or max(map(len, fields[1:])) > MAX_NUMBER:
        return None
    try:
        return np.array(fields[1:], "S").astype("float32")
    except ValueError:
        return None


class _Prefixed:
    """Bytes already read from a file, then the rest of it."""

    def __init__(self, head: bytes, file: Any):
        self.head, self.file = head, file

    def read(self, size: int) -> bytes:
        data, self.head = self.head[:size], self.head[size:]
        return data + self.file.read(size - len(data)) if len(data) < size else data


def _read_binary(file: _Prefixed, name: str, *, width: int, count: int) -> tuple[list[str], list[np.ndarray]]:
    words, rows = [], []
    for row in range(count):
        word = b"".join(_until_space(file)).lstrip(b"\n")
        data = file.read(4 * width)
        if len(word) > MAX_WORD:
            raise ValueError(f"{name}: expected a word after {row} words. Received: {_excerpt(word)}.")
        if len(data) < 4 * width:
            raise ValueError(
                f"{name}: expected {count} words, as line 1 says. Received: {row} before the end of the file."
            )
        words.append(word.decode("utf-8", "replace"))
        rows.append(np.frombuffer(data, "<f4"))
    if file.read(2).strip():
        raise ValueError(f"{name}: expected {count} words, as line 1 says. Received: more.")
    return words, rows


def _until_space(file: _Prefixed) -> Iterator[bytes]:
    for _ in range(MAX_WORD + 2):
        if (byte := file.read(1)) in (b" ", b""):
            return
        yield byte


def _excerpt(line: bytes) -> str:
    text = line[:400].decode("utf-8", "replace").strip()
    return repr(text if len(text) <= 60 else text[:57] + "...")
