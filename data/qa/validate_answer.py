"""Checks the form of an answer: its edges, its brackets and quotes, its content."""

import re
import unicodedata

from ..check_types import check_types

_PAIRS = {"(": ")", "[": "]", "{": "}", "【": "】", "《": "》", "〈": "〉", "「": "」", "『": "』", "“": "”", "‘": "’"}
_CLOSING = frozenset(_PAIRS.values())
_CELL_BORDER = re.compile(r"[|｜│┃¦\t]")
_EDGE_SIGNS = frozenset("%‰#@&*°′″'\"®©")
_LAST_WORD = re.compile(r"[A-Za-z.]+$")
_ABBREVIATION = re.compile(r"(?:[A-Za-z]{1,2}\.)+[A-Za-z]\.|(?:inc|ltd|co|corp|jr|sr|etc)\.", re.IGNORECASE)
_MARKED_LETTER = re.compile(r"(?<![A-Za-z])[A-Za-z](?:\+{1,2}|-)$")
_OPENING_APOSTROPHE = re.compile(r"(?<!\w)'(?=\w)(?!\d\d)")
_CLOSING_APOSTROPHE = re.compile(r"(?<=\S)(?<!s)'(?!\w)")
_PLURAL_APOSTROPHE = re.compile(r"s'(?!\w)")


@check_types
def validate_answer(answer: str) -> str | None:
    """Returns the fault in the form of an answer, or None if it is well-formed.

    Args:
        answer: The answer.

    Returns:
        `"answer without letters and digits"`; `"answer of several cells"`: it contains a border between table cells;
        `"punctuation at the edge of the answer"`: it begins or ends with a mark other than a bracket, a quote, the full
        stop of an abbreviation or a sign such as %; `"unpaired bracket or quote in the answer"`; else None.

    Example:

    >>> [validate_answer(answer) for answer in ("U.S.", "《红楼梦》", "C++", "-5%")]
    [None, None, None, None]
    >>> validate_answer("西安。"), validate_answer("“人为损坏")
    ('punctuation at the edge of the answer', 'unpaired bracket or quote in the answer')
    """
    text = answer.strip()
    if not any(character.isalnum() for character in text):
        return "answer without letters and digits"
    if _CELL_BORDER.search(text):
        return "answer of several cells"
    if not may_start_answer(text, 0) or not may_end_answer(text, len(text)):
        return "punctuation at the edge of the answer"
    return None if _is_paired(text) else "unpaired bracket or quote in the answer"


def may_start_answer(text: str, start: int) -> bool:
    """Returns whether an answer may begin with the character at `start` of a text."""
    character, following = text[start], text[start + 1 : start + 2]
    if character in "+-−±.":  # -5, .NET
        after_word = start > 0 and text[start - 1].isalnum() and not _is_wide(text[start - 1])
        return not after_word and (following.isdecimal() or character == "." and following.isalpha())
    return _is_content(character) or _narrow(character) in _PAIRS


def may_end_answer(text: str, end: int) -> bool:
    """Returns whether an answer may end before the position `end` of a text."""
    character, following = text[end - 1], text[end : end + 1]
    if character == ".":
        word = _LAST_WORD.search(text, max(0, end - 12), end)
        return word is not None and _ABBREVIATION.fullmatch(word[0]) is not None
    if character in "+-":  # C++, A-
        word = _MARKED_LETTER.search(text, max(0, end - 4), end)
        return word is not None and not following.isalnum() and following not in ("+", "-")
    return _is_content(character) or _narrow(character) in _CLOSING


def _is_content(character: str) -> bool:
    """Returns whether a character can be the first and the last of an answer in any context."""
    if character.isalnum() or character in _EDGE_SIGNS or unicodedata.category(character)[0] == "M":
        return True
    if unicodedata.category(character) == "So":  # ℃, but no emoji and no bullet
        return any(map(str.isalnum, _narrow(character)))
    return unicodedata.category(character) == "Sc"


def _is_paired(text: str) -> bool:
    """Returns whether every bracket and quote has its partner; apostrophes are no quotes."""
    expected: list[str] = []
    for position, character in enumerate(map(_narrow, text)):
        if character in _PAIRS:
            expected.append(_PAIRS[character])
        elif expected and expected[-1] == character:
            expected.pop()
        elif character in _CLOSING and (character != "’" or not text[position - 1 : position].isalnum()):
            return False
    opened, closed, plurals = (
        len(pattern.findall(text)) for pattern in (_OPENING_APOSTROPHE, _CLOSING_APOSTROPHE, _PLURAL_APOSTROPHE)
    )
    return not expected and text.count('"') % 2 == 0 and closed <= opened <= closed + plurals


def _narrow(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
