"""Joins words to text with spaces only where print has them."""

import re
import unicodedata
from collections.abc import Sequence

from ..check_types import check_types

_NO_SPACE_BEFORE = frozenset(",.!?;:%)]}>°…’”—-/_@~")
_NO_SPACE_AFTER = frozenset("([{<$#£€‘“—-/_@~")
_CONTRACTIONS = frozenset("s t d m re ve ll em".split())
_THOUSANDS = re.compile(r"(^|[^\d,])\d{1,3}(,\d{3})*$")


def is_wide(character: str) -> bool:
    """Returns whether a character belongs to a script written without spaces, or to its punctuation; not Hangul."""
    if "\uac00" <= character <= "\ud7a3":
        return False
    return unicodedata.east_asian_width(character) in "WF" or character == "·"


def _joins_both_sides(text: str, mark: str, *, following: str) -> bool:
    """Returns whether `mark` is inside a word or number: 3.14, 10:30, 1,000, u.s., don't."""
    if not text or not following:
        return False
    before = text[-1]
    if mark in ".:" and before.isdecimal() and following.isdecimal():
        return True
    if mark == "," and len(following) == 3 and following.isdecimal():
        return _THOUSANDS.search(text) is not None
    one_letter = before.isalpha() and (len(text) == 1 or not text[-2].isalnum())
    if mark == ".":
        return one_letter and len(following) == 1 and following.isalpha() and not is_wide(following)
    return mark == "'" and before.isalpha() and (one_letter or following.lower() in _CONTRACTIONS)


@check_types
def detokenize(words: Sequence[str], joined: Sequence[bool | None] | None = None) -> str:
    """Joins words and punctuation marks to running text.

    Characters of scripts written without spaces (Chinese, Japanese) get no space on either side. One space separates
    English words. Punctuation, brackets, quotes and the marks inside numbers are spaced as in print.

    Args:
        words: Words and single punctuation marks, in order.
        joined: For each word, whether it follows the word before it without a space; None: by the rules.

    Returns:
        The text.

    Example:
        >>> detokenize(["it", "'", "s", "3", ".", "14", ",", "i", "said", "(", "twice", ")", "."])
        "it's 3.14, i said (twice)."
        >>> detokenize(["我", "在", "2019", "年", "用", "iphone", "11", "，", "很", "好"])
        '我在2019年用iphone 11，很好'
    """
    joined = [None] * len(words) if joined is None else [join for word, join in zip(words, joined, strict=True) if word]
    words = [word for word in words if word]
    text = ""
    open_quotes: set[str] = set()
    no_space = True
    for word, following, join in zip(words, [*words[1:], ""], joined, strict=False):
        space = not no_space and word not in _NO_SPACE_BEFORE and not (is_wide(text[-1]) or is_wide(word[0]))
        no_space = word in _NO_SPACE_AFTER
        if _joins_both_sides(text, word, following=following):
            space, no_space = False, True
        elif word in open_quotes or (word == "'" and text.endswith("s")):
            space = False
            open_quotes.discard(word)
        elif word in ('"', "'", "`"):
            no_space = True
            open_quotes.add(word)
        if join is not None:
            space = not join
        text += " " + word if space else word
    return text
