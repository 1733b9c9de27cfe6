"""Word vectors, and a reader of the word2vec and GloVe formats."""

import codecs
import gzip
import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from os import PathLike
from typing import IO, Any

import numpy as np

_CONTROL = re.compile("[\0-\b\x0e-\x1f]")


class WordVectors:
    """Table of words (or characters) and their vectors.

    A word that is not in the table is looked up in lower case.

    Args:
        words: The words, all different.
        vectors: float `[words, d]`, finite; stored as float32.

    Raises:
        ValueError: Lengths differ, a word is given twice, or a number is not finite.

    Example:

    >>> vectors = WordVectors(["cat", "dog"], [[1.0, 0.0], [0.0, 1.0]])
    >>> "dog" in vectors, "Cat" in vectors, "bird" in vectors, vectors["Cat"]
    (True, True, False, array([1., 0.], dtype=float32))
    """

    def __init__(self, words: Sequence[str], vectors):
        self.words = list(words)
        self.vectors = np.asarray(vectors, "float32")
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.words) or not self.vectors.size:
            raise ValueError(f"Expected vectors [{len(self.words)}, d]. Received: shape {self.vectors.shape}.")
        self._rows = {word: row for row, word in enumerate(self.words)}
        if len(self._rows) < len(self.words):
            repeated = next(word for row, word in enumerate(self.words) if self._rows[word] != row)
            raise ValueError(f"Expected different words. Received: {repeated!r} twice.")
        if not np.isfinite(self.vectors).all():
            bad = self.words[int(np.argmax(~np.isfinite(self.vectors).all(axis=1)))]
            raise ValueError(f"Expected finite vectors. Received: NaN or infinity in the vector of {bad!r}.")

    def __contains__(self, word: str) -> bool:
        return word in self._rows or word.lower() in self._rows

    def __getitem__(self, word: str) -> np.ndarray:
        row = self._rows.get(word)
        return self.vectors[self._rows[word.lower()] if row is None else row]

    def __len__(self) -> int:
        return len(self.words)

    @property
    def width(self) -> int:
        """Width of the vectors."""
        return self.vectors.shape[1]

    @cached_property
    def name(self) -> str:
        """Name with a hash of words and vectors, by which an index recognizes them."""
        digest = hashlib.sha256("\n".join(self.words).encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(self.vectors).tobytes())
        return f"words-{len(self)}x{self.width}-{digest.hexdigest()[:12]}"

    @classmethod
    def load(cls, path: str | PathLike) -> "WordVectors":
        """Reads word2vec's text or binary format, or GloVe's (text without the first line), plain or gzip.

        The format is detected by the content. Of repeated words, the first counts.

        Args:
            path: The file.

        Raises:
            ValueError: The file is incomplete or in another format. The message names the file and the line.
        """
        with open(path, "rb") as raw:
            is_gzip = raw.read(2) == b"\x1f\x8b"
        try:
            with gzip.open(path, "rb") if is_gzip else open(path, "rb") as file:
                words, vectors = _read(file, str(path))
        except (EOFError, gzip.BadGzipFile) as error:
            raise ValueError(f"{path}: the gzip file is incomplete ({error}); copy it again.") from None
        first_rows = sorted({word: row for row, word in reversed(list(enumerate(words)))}.values())
        try:
            return cls([words[row] for row in first_rows], vectors[first_rows])
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None


def _read(file: Any, name: str) -> tuple[list[str], np.ndarray]:
    head = file.readline()
    fields = head.split()
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        count, width = map(int, fields)
        if not count or not width:
            raise ValueError(f"{name}, line 1: expected numbers above 0. Received: {head.decode().strip()}.")
        start = file.tell()
        sample = file.read(4096)
        file.seek(start)
        if _is_text(sample):
            return _read_text(file, name, width=width, count=count, first=2)
        return _read_binary(file, name, width=width, count=count)
    if len(fields) < 3 or _numbers(head, len(fields) - 1) is None:
        raise ValueError(f"{name}, line 1: expected the number of words and the width. Received: {_excerpt(head)}.")
    file.seek(0)
    return _read_text(file, name, width=len(fields) - 1, count=None, first=1)


def _is_text(sample: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(sample)  # accepts a character cut off at the end
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(text)


def _read_text(
    file: IO[bytes], name: str, *, width: int, count: int | None, first: int
) -> tuple[list[str], np.ndarray]:
    words, rows = [], []
    for line_number, line in enumerate(file, first):
        if not line.strip():
            continue
        vector = _numbers(line, width)
        if vector is None:
            raise ValueError(
                f"{name}, line {line_number}: expected a word and {width} numbers. Received: {_excerpt(line)}."
            )
        words.append(line.rstrip().rsplit(b" ", width)[0].decode("utf-8", "replace"))
        rows.append(vector)
    if count is not None and len(words) != count:
        raise ValueError(f"{name}: expected {count} words, as line 1 says. Received: {len(words)}.")
    return words, np.array(rows)


def _numbers(line: bytes, width: int) -> np.ndarray | None:
    """Returns the last `width` fields of a line as float32, None if the line is not a word and `width` numbers."""
    fields = line.rstrip().rsplit(b" ", width)
    if len(fields) != width + 1:
        return None
    try:
        return np.array(fields[1:], "S").astype("float32")
    except ValueError:
        return None


def _read_binary(file: IO[bytes], name: str, *, width: int, count: int) -> tuple[list[str], np.ndarray]:
    words, vectors = [], np.empty((count, width), "<f4")
    for row in range(count):
        words.append(b"".join(_until_space(file)).lstrip(b"\n").decode("utf-8", "replace"))
        data = file.read(4 * width)
        if len(data) < 4 * width:
            raise ValueError(
                f"{name}: expected {count} words, as line 1 says. Received: {row} before the end of the file."
            )
        vectors[row] = np.frombuffer(data, "<f4")
    return words, vectors


def _until_space(file: IO[bytes]) -> Iterator[bytes]:
    while (byte := file.read(1)) not in (b" ", b""):
        yield byte


def _excerpt(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return repr(text if len(text) <= 60 else text[:57] + "...")
