"""Word vectors."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from os import PathLike

import numpy as np

from .check_arguments import checked_words, number_array
from .read_word_vectors import read_word_vectors


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
        self.words = checked_words(words, "words")
        self.vectors = number_array(vectors, "vectors", expected="numbers [words, d]").astype("float32", copy=False)
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.words) or not self.vectors.size:
            raise ValueError(f"Expected vectors [{len(self.words)}, d]. Received: shape {self.vectors.shape}.")
        self._rows = {word: row for row, word in enumerate(self.words)}
        if len(self._rows) < len(self.words):
            repeated = next(word for row, word in enumerate(self.words) if self._rows[word] != row)
            raise ValueError(f"Expected different words. Received: {repeated!r} twice.")
        if not np.isfinite(self.vectors).all():
            bad = self.words[int(np.argmax(~np.isfinite(self.vectors).all(axis=1)))]
            raise ValueError(f"Expected finite vectors. Received: NaN or infinity in the vector of {bad!r}.")

    def __contains__(self, word: object) -> bool:
        return self._row(word) is not None

    def __getitem__(self, word: str) -> np.ndarray:
        row = self._row(word)
        if row is None:
            raise KeyError(word)
        return self.vectors[row]

    def _row(self, word: object) -> int | None:
        if not isinstance(word, str):
            return None
        row = self._rows.get(word)
        return self._rows.get(word.lower()) if row is None else row

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
        """Reads word2vec's text or binary format, or GloVe's (text without the first line).

        The format is detected by the content. Of repeated words, the first counts.

        Args:
            path: The file, plain or compressed by gzip, bzip2 or xz.

        Raises:
            ValueError: The file is incomplete or in another format. The message names the file and the line.
        """
        words, vectors = read_word_vectors(path)
        first_rows = sorted({word: row for row, word in reversed(list(enumerate(words)))}.values())
        try:
            return cls([words[row] for row in first_rows], vectors[first_rows])
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
