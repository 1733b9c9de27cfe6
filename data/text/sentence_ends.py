"""Positions where a text may be cut: after sentences, semicolons and commas."""

import re

import numpy as np

_CLOSERS = "[\"'”’」』）)\\]】》]*"
_SENTENCE_END = re.compile(
    rf"\n\s*|[。！？…]+{_CLOSERS}\s*|[!?]+{_CLOSERS}(?![A-Za-z0-9=&/])\s*|(?P<stop>\.+){_CLOSERS}(?:\s+|$)"
)
_SEMICOLON = re.compile(rf"[；;]+{_CLOSERS}\s*")
_COMMA = re.compile(rf"，+{_CLOSERS}\s*|,(?!\d){_CLOSERS}\s*")
_LAST_WORD = re.compile(r"[A-Za-z.]+$")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sr jr st vs no vol fig pp cf al gen col lt capt sgt rev hon inc ltd co corp e.g i.e".split()
)


def sentence_ends(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Finds the ends of sentences and of their parts.

    A position is the index just after the mark, its closing quotes and the whitespace that follows. A full stop does
    not end a sentence inside a number (3.14), after an abbreviation (Mr.) or after an initial (J. Smith).

    Args:
        text: The text.

    Returns:
        Three ascending int64 arrays: positions after `。！？!?`, newlines and English full stops; after `；;`; after
        `，,`.

    Example:
        >>> [ends.tolist() for ends in sentence_ends("他说：“走吧！”好，Mr. Lee paid 3.14. Fine; ok")]
        [[8, 29], [35], [10]]
    """
    sentences = [match.end() for match in _SENTENCE_END.finditer(text) if not _is_abbreviation(match, text)]
    semicolons, commas = ([match.end() for match in pattern.finditer(text)] for pattern in (_SEMICOLON, _COMMA))
    return np.array(sentences, np.int64), np.array(semicolons, np.int64), np.array(commas, np.int64)


def _is_abbreviation(match: re.Match[str], text: str) -> bool:
    stop = match.start("stop")
    if stop < 0 or len(match["stop"]) > 1:
        return False
    word = _LAST_WORD.search(text, max(0, stop - 12), stop)
    if word is None or match.end() == len(text):
        return False
    return word[0].lower() in _ABBREVIATIONS or (word[0].isupper() and len(word[0].split(".")[-1]) == 1)
