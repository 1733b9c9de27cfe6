"""Search for an answer in its passage."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple, get_args

from ..check_types import check_types

_EDGES = " .!?,;:\"'。！？，；：、“”‘’"
_LATIN = r"A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a"
_GREEK_AND_CYRILLIC = r"\u0370-\u052f\u1f00-\u1fff"
_ALPHABETIC = rf"\d{_LATIN}\u0300-\u036f{_GREEK_AND_CYRILLIC}"
_INSIDE_WORD = re.compile(
    rf"(?<=[{_ALPHABETIC}])(?=[{_ALPHABETIC}])|(?<=[A-Za-z]['’])(?=(?:[dmst]|ll|re|ve)(?![{_ALPHABETIC}]))"  # don't
)
_INSIDE_NUMBER = re.compile(r"(?<=\d)(?=[.,:/．：]\d)|(?<=\d[.,:/．：])(?=\d)")
_QUOTES_AND_DASHES = str.maketrans("“”„‟‘’‚‛«»–—―−‐‑", '""""\'\'\'\'""------')

Fold = Literal["whitespace", "width", "case"]
_FOLDS: tuple[Fold, ...] = get_args(Fold)


class _Folded(NamedTuple):
    """A folded text; the character `i` comes from `starts[i]` to `ends[i]` of the original."""

    text: str
    starts: list[int]
    ends: list[int]


@check_types
def locate_answer(passage: str, answer: str, *, start: int | None = None) -> tuple[int, int] | None:
    """Finds an answer in a passage.

    The first of these comparisons that finds an occurrence decides:

    1. `"whitespace"`: all runs of whitespace are equal;
    2. `"width"`: also full-width and half-width forms, composed and decomposed accents, and the shapes of quotes and
       dashes; whitespace beside a Chinese character does not count;
    3. `"case"`: also upper and lower case, with and without accents, as an uncased vocabulary reads them;
    4. the same without the punctuation at the answer's ends.

    An occurrence neither starts nor ends inside a word or a number: 98 is not found in 1998 or 3.98, nor t in don't. If
    there is no other, 98 is found between the separators of 3.98. Chinese characters are words of their own.

    Args:
        passage: The text to search.
        answer: The answer.
        start: The start that a data set gives, in code points. The occurrence nearest to it is returned; one inside a
            longer word only if there is no other. None or a negative number: unknown, the first one is returned.

    Returns:
        Start and end in code points of the passage, or None.

    Example:
        >>> locate_answer("The old\\nman and the old man", "the old man"), locate_answer("a b a", "a", start=3)
        ((16, 27), (4, 5))
        >>> locate_answer("李明1998年毕业，同班共有98人。", "98"), locate_answer("a cart", "art")
        ((14, 16), None)
        >>> locate_answer("建于１９３１年 。", "1931年。")
        (2, 9)
    """
    given = start if start is not None and start >= 0 else None
    if given is not None:
        given += len(answer) - len(answer.lstrip())
    answer = answer.strip()
    comparisons: list[tuple[str, Fold]] = [*((answer, fold) for fold in _FOLDS), (answer.strip(_EDGES), "case")]
    kinds_of_borders = [(_INSIDE_WORD, _INSIDE_NUMBER), (_INSIDE_WORD,)]
    if given is not None:
        for text, fold in comparisons:
            for span in _occurrences(passage, text, fold=fold, borders=(_INSIDE_WORD,)):
                if span[0] == given:
                    return span
        kinds_of_borders.append(())
    for number, (borders, (text, fold)) in enumerate(product(kinds_of_borders, comparisons)):
        if number == 1 and not _folded_holds(passage, answer):
            return None
        spans = list(_occurrences(passage, text, fold=fold, borders=borders))
        if spans:
            return spans[0] if given is None else min(spans, key=lambda span: abs(span[0] - given))
    return None


def _folded_holds(passage: str, answer: str) -> bool:
    """Returns whether the passage holds the answer when both are folded, without whitespace and the answer's ends."""
    wanted, text = (_fold(part, "case").text.replace(" ", "") for part in (answer.strip(_EDGES) or answer, passage))
    return wanted in text


def _occurrences(
    passage: str, answer: str, *, fold: Fold, borders: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[int, int]]:
    """Yields the spans that equal the answer when folded, overlapping ones too, in order.

    None of them starts or ends where a pattern of `borders` matches, or within a character of the passage.
    """
    if not answer:
        return
    if fold == "whitespace":
        words = answer.split()
        if words[0] not in passage:
            return
        pattern = r"\s+".join(map(re.escape, words))
        for match in re.finditer(f"(?=({pattern}))", passage):
            if not any(border.match(passage, place) for border in borders for place in match.span(1)):
                yield match.span(1)
        return
    wanted = _fold(answer, fold).text
    text, starts, ends = _fold(passage, fold)
    first = text.find(wanted) if wanted else -1
    while first >= 0:
        end = first + len(wanted)
        whole = (first == 0 or starts[first] >= ends[first - 1]) and (end == len(text) or starts[end] >= ends[end - 1])
        if whole and not any(border.match(text, place) for border in borders for place in (first, end)):
            yield starts[first], ends[end - 1]
        first = text.find(wanted, first + 1)


@lru_cache(maxsize=256)
def _fold(text: str, fold: Fold) -> _Folded:
    """Folds a text by `"width"` or `"case"`."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    after_wide = False
    for position, original in enumerate(text):
        folded, is_wide = _fold_character(original, fold)
        if not folded:
            if ends:
                ends[-1] = position + 1
            continue
        if folded == " ":
            if characters and characters[-1] == " ":
                ends[-1] = position + 1
                continue
            if after_wide:
                continue
        elif is_wide and characters and characters[-1] == " ":
            for values in (characters, starts, ends):
                values.pop()
        characters += folded
        starts += [position] * len(folded)
        ends += [position + 1] * len(folded)
        after_wide = is_wide and folded != " "
    return _Folded("".join(characters), starts, ends)


@lru_cache(maxsize=1 << 14)
def _fold_character(character: str, fold: Fold) -> tuple[str, bool]:
    """Returns a folded character, "" for a mark or an invisible one, and whether it is written without spaces."""
    width = unicodedata.east_asian_width(character)
    is_wide = width == "W" or (width == "F" and not character.isalnum())  # full-width words are spaced
    if character.isspace() or unicodedata.category(character) == "Cf":
        return " " * character.isspace(), is_wide
    folded = unicodedata.normalize("NFKD", character).translate(_QUOTES_AND_DASHES)
    if fold == "case":
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded.casefold()) if not "\u0300" <= c <= "\u036f")
    return folded, is_wide
