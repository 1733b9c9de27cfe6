"""jieba's dictionary as sorted arrays, memory-mapped from the user's cache folder."""

import hashlib
import io
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..user_cache import read_cached, write_cached

_LAYOUT = 1  # of the cached arrays
_REMEMBERED_WORDS = 1 << 16


class WordDictionary:
    """Frequencies of words and of their prefixes, which have the frequency 0; read like a dict.

    It replaces the `FREQ` of a `jieba.Tokenizer`. Words that are set stay in memory, on top of the arrays.

    Args:
        words: str `[n]`, sorted and distinct.
        frequencies: int64 `[n + 1]`, the frequency of each word, then the total.

    Example:

    >>> dictionary = WordDictionary(np.array(["北", "北京"]), np.array([0, 7, 7]))
    >>> "北" in dictionary, dictionary.get("北京"), dictionary.get("京", -1), dictionary.total
    (True, 7, -1, 7)
    """

    def __init__(self, words: np.ndarray, frequencies: np.ndarray):
        self.words, self.frequencies = words, frequencies
        self._set: dict[str, int] = {}
        self._find = lru_cache(_REMEMBERED_WORDS)(self._search)

    @classmethod
    def read(cls, path: Path) -> "WordDictionary":
        """Reads a dictionary in jieba's format, from the user's cache folder if it was read before.

        Args:
            path: UTF-8 file of lines `word frequency tag`.

        Raises:
            ValueError: A line is not in the format.
        """
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:32]
        names = [f"words-{_LAYOUT}-{digest}.npy", f"frequencies-{_LAYOUT}-{digest}.npy"]
        arrays = [array for name in names if (array := _map_cached(name)) is not None]
        if len(arrays) < 2 or len(arrays[0]) + 1 != len(arrays[1]):
            arrays = _parse(content.decode("utf-8").split("\n"), path)
            for name, array in zip(names, arrays, strict=True):
                write_cached(name, _npy(array))
        return cls(words=arrays[0], frequencies=arrays[1])

    @property
    def total(self) -> int:
        """Sum of the frequencies in the file, without words set later."""
        return int(self.frequencies[-1])

    def get(self, word: str, default: int | None = None) -> int | None:
        frequency = self._set.get(word)
        if frequency is None:
            frequency = self._find(word)
        return default if frequency is None else frequency

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __getitem__(self, word: str) -> int:
        frequency = self.get(word)
        if frequency is None:
            raise KeyError(word)
        return frequency

    def __setitem__(self, word: str, frequency: int) -> None:
        self._set[word] = frequency

    def _search(self, word: str) -> int | None:
        index = int(np.searchsorted(self.words, word))
        return int(self.frequencies[index]) if index < len(self.words) and self.words[index] == word else None


def _map_cached(name: str) -> np.ndarray | None:
    path = read_cached(name)
    if path is None:
        return None
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):  # incomplete
        return None


def _npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def _parse(lines: Iterable[str], path: Path) -> list[np.ndarray]:
    frequencies: dict[str, int] = {}
    total = 0
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        word, _, rest = line.partition(" ")
        try:
            frequency = int(rest.partition(" ")[0])
        except ValueError:
            raise ValueError(f"{path}, line {number}: expected a word and its frequency. Received: {line!r}.") from None
        frequencies[word] = frequency
        total += frequency
        for length in range(1, len(word)):
            frequencies.setdefault(word[:length], 0)
    words = np.array(list(frequencies))
    order = np.argsort(words)
    return [words[order], np.append(np.array(list(frequencies.values()))[order], total).astype("int64")]
