"""Chinese words by jieba, without jieba's own cache and without state that other code can change."""

import logging
import re
import sys
import warnings
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

from ..readers.invalid_record_error import InvalidRecordError
from ..readers.record_lines import RecordLine, read_lines
from ..readers.text_file import check_characters
from .word_dictionary import WordDictionary

_user_lines: list[str] = []
_BAD_DICTIONARY_LINE = re.compile(r"\n|\0| [0-9]{16,}( [a-z]+)?$")  # total frequencies are exact in float64


@cache
def word_segmenter() -> Any:
    """Returns textzoo's own `jieba.Tokenizer`, with jieba's dictionary.

    Example:

    >>> list(word_segmenter().cut("小明去了上海图书馆"))
    ['小明', '去', '了', '上海图书馆']

    Reference:
        https://github.com/fxsjy/jieba
    """
    return new_word_segmenter(_user_lines or None)


def word_edges(text: str) -> frozenset[int]:
    """Returns the edges of the dictionary's words; jieba's guesses at others join a name and the next character."""
    return _edges(text, word_segmenter())


@lru_cache(maxsize=64)
def _edges(text: str, segmenter: Any) -> frozenset[int]:
    return frozenset(edge for _, start, end in segmenter.tokenize(text, HMM=False) for edge in (start, end))


def use_user_dictionary(dictionary: str | PathLike | Sequence[str] | None) -> None:
    """Adds words to `word_segmenter` and `word_tagger`, for this process; those of an earlier call are gone.

    Args:
        dictionary: A file, see `read_user_dictionary`, or its lines. None: no words besides jieba's own.

    Raises:
        InvalidRecordError: As `read_user_dictionary`.

    Example:

    >>> _ = Path("words.txt").write_text("小明去了", encoding="utf-8")
    >>> use_user_dictionary("words.txt")
    >>> list(word_segmenter().cut("小明去了上海图书馆"))
    ['小明去了', '上海图书馆']
    >>> use_user_dictionary(None)
    """
    lines = read_user_dictionary(dictionary) if isinstance(dictionary, str | PathLike) else dictionary
    _user_lines[:] = lines or []
    word_segmenter.cache_clear()
    word_tagger.cache_clear()


def read_user_dictionary(path: str | PathLike) -> list[str]:
    """Reads the lines of a jieba dictionary: word, frequency and part of speech, of which the last two may be missing.

    Args:
        path: The file, plain or compressed.

    Raises:
        InvalidRecordError: A line is not UTF-8, or holds a NUL.
    """
    lines = list(read_lines(path, _dictionary_line, is_jsonl=False))
    for line in lines:
        if isinstance(line, InvalidRecordError):
            raise line
    return [str(line) for line in lines]


def _dictionary_line(line: RecordLine) -> str:
    check_characters(line.text, line.place)
    return _checked_line(line.text, line.place)


def is_dictionary_line(line: Any) -> bool:
    """Returns whether a value is a line of a jieba dictionary: a string of one line, its frequency below 10^15.

    Example:

    >>> is_dictionary_line("北京 7 ns"), is_dictionary_line("北\\n京")
    (True, False)
    """
    return isinstance(line, str) and not _BAD_DICTIONARY_LINE.search(line.strip())


def _checked_line(line: Any, place: str) -> str:
    if not is_dictionary_line(line):
        expected = "a word with a frequency below 10^15 and a part of speech, the last two if known"
        raise InvalidRecordError(place, expected, received=repr(line)[:60])
    return line


def new_word_segmenter(user_dict: Iterable[str] | None = None) -> Any:
    """Creates a `jieba.Tokenizer`.

    Args:
        user_dict: Lines of a jieba dictionary, which the segmenter knows besides its own.

    Raises:
        InvalidRecordError: A line is none of a jieba dictionary.
    """
    lines = [_checked_line(line, f"user_dict, line {number}") for number, line in enumerate(user_dict or (), 1)]
    jieba = _import_jieba()
    segmenter = jieba.Tokenizer()
    segmenter.FREQ = WordDictionary.read(Path(jieba.__file__).parent / "dict.txt")
    segmenter.total = segmenter.FREQ.total
    segmenter.initialized = True
    if lines:
        force_split = jieba.finalseg.Force_Split_Words  # one set for all segmenters
        before = set(force_split)
        segmenter.load_userdict(lines)
        force_split.intersection_update(before)
    return segmenter


@cache
def word_tagger() -> Any:
    """Returns a `jieba.posseg.POSTokenizer` over `word_segmenter`, which adds parts of speech."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba.posseg
    return jieba.posseg.POSTokenizer(word_segmenter())


def _import_jieba() -> Any:
    """Imports jieba without its log lines and without `pkg_resources`, which takes longer to import than jieba."""
    hidden = "pkg_resources" not in sys.modules
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if hidden:
            sys.modules["pkg_resources"] = None  # type: ignore[assignment]
        try:
            import jieba
        finally:
            if hidden:
                del sys.modules["pkg_resources"]
    jieba.setLogLevel(logging.ERROR)
    return jieba
