"""Faults in the form of a generated text, beside the source that it was copied from."""

import re
from collections.abc import Iterator

from .chinese import CHINESE, NUMERALS
from .text_language import text_language
from .word_segmentation import word_edges

MIN_COPIED, MIN_COPIED_END = 3, 2  # characters that count as copied; at a text's end a shorter run counts too
CLOSERS = "\"'”’」』）)》 \t\n\u3000"
_ENDINGS = "?？؟吗呢嗎.。!！" + CLOSERS  # that a text does not share with its source
_PAIRS = ("()", "（）", "《》", "「」", "『』", "“”", "[]")
# four characters and again, two Chinese characters twice in a row, three words and again
_REPETITIONS = [
    re.compile(rf"({CHINESE}{{4}}).*?\1"),
    re.compile(rf"({CHINESE}{{2,}})\1"),
    re.compile(r"\b(\w+ \w+ \w+)\b.*?\b\1\b", re.IGNORECASE),
    re.compile(r"\b([A-Za-z]+) \1\b", re.IGNORECASE),
]
_DOUBLED = re.compile(rf"({CHINESE})\1")


def form_fault(text: str, source: str | None = None) -> str | None:
    """Returns the fault in the form of a generated text, or None if it is well-formed.

    Args:
        text: The text.
        source: The text that it was generated from; None if the two are not to be compared.

    Returns:
        `"unknown token"`: it contains `[UNK]`; `"open bracket"`: it has brackets or quotes of which one is missing;
        `"repeats itself"`: four characters, or three words, come twice, or a character is doubled outside of a word,
        which the source does not have; `"cuts a word"`: a run of characters that a Chinese text copies begins or ends
        inside a word of the source, but not inside one of the text; else None.
    """
    if "[UNK]" in text:
        return "unknown token"
    if any(text.count(opening) != text.count(closing) for opening, closing in _PAIRS):
        return "open bracket"
    if any(source is None or repeated not in source for repeated in _repetitions(text)):
        return "repeats itself"
    return "cuts a word" if source and _cuts_word(text.rstrip(_ENDINGS), source) else None


def _repetitions(text: str) -> Iterator[str]:
    """Yields a part of the text that comes twice, with what is between."""
    for pattern in _REPETITIONS:
        if match := pattern.search(text):
            yield match[0]
    for match in _DOUBLED.finditer(text):
        if match.start() + 1 in word_edges(text):
            yield match[0]


def _cuts_word(text: str, source: str) -> bool:
    """Returns whether a run that a Chinese text copies cuts a word, wherever it is in the source.

    A run may begin behind a numeral: 多少倍 asks for 百倍.
    """
    if text_language(text) != "Chinese":
        return False
    source_edges, text_edges = word_edges(source), word_edges(text)
    for start, end in _copied_runs(text, source):
        if end - start < (MIN_COPIED_END if end == len(text) else MIN_COPIED):
            continue
        run, at, is_whole = text[start:end], -1, False
        may_begin_anywhere = len(run) < MIN_COPIED or start not in text_edges
        while not is_whole and (at := source.find(run, at + 1)) >= 0:
            begins = may_begin_anywhere or at in source_edges or source[at - 1] in NUMERALS
            is_whole = begins and (end not in text_edges or at + len(run) in source_edges)
        if not is_whole:
            return True
    return False


def _copied_runs(text: str, source: str) -> Iterator[tuple[int, int]]:
    """Yields start and end of the longest runs of a text that are in the source, from left to right."""
    start = 0
    while start < len(text):
        end = start
        while end < len(text) and text[start : end + 1] in source:
            end += 1
        if end > start:
            yield start, end
        start = max(end, start + 1)
