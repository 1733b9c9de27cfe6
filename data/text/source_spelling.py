"""Generated text in the spelling of its source: capitals, accents and spacing that a tokenizer discards."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .detokenize import detokenize, is_wide
from .sentence_ends import sentence_ends
from .tokenizer import Tokenizer

_QUOTED_SENTENCE = re.compile(r"[,:，：]\s*[\"'“‘「『]")
_LEADING_MARKS = re.compile(r"[^\w]*")
_FUNCTION_WORDS = frozenset(
    "a about above after again all also although am an and another any are as at be because been before being below "
    "between both but by can could did do does during each either else few first for from further had has have he her "
    "here hers him his how however i if in into is it its just last later many may me might more most much must my "
    "neither never next no nor not now of off on once one only or other our out over own same shall she should since "
    "so some such than that the their them then there these they this those though through thus to too two under "
    "until up upon us very was we were what when where whether which while who whom whose why will with within "
    "without would yet you your".split()
)


class _Word(NamedTuple):
    """A word of the source as its tokens spell it, its place in the text, and whether it begins a sentence."""

    folded: str
    start: int
    end: int
    begins_sentence: bool


def source_spelling(
    ids: Iterable[int], *, text: str, source_ids: np.ndarray, offsets: np.ndarray, tokenizer: Tokenizer
) -> str:
    """Decodes generated tokens; runs of words that the source contains are spelled and spaced as there.

    The longest run counts, at its first occurrence, and whole words only. A single English function word keeps the
    spelling of its token: "us" does not become "US". The capital that begins an English sentence stays behind if the
    word is a function word or the source also writes it small elsewhere, unless the generated text begins with it.

    Args:
        ids: Generated token ids.
        text: The source.
        source_ids: int `[s]`, its tokens.
        offsets: int `[s, 2]`, start and end of each token in code points of the text, -1 at special tokens.
        tokenizer: The tokenizer of both.

    Returns:
        The text.

    Example:
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "karadzic", "iphone", *"谁用？"])
        >>> text = "Karadžić用iPhone"
        >>> tokens = tokenizer.tokenize(text)
        >>> ids = tokenizer.tokenize("谁用iphone？").ids
        >>> source_spelling(ids, text=text, source_ids=tokens.ids, offsets=tokens.offsets, tokenizer=tokenizer)
        '谁用iPhone？'
    """
    generated = tokenizer.words(ids)
    words = [word.text for word in generated]
    source = _source_words(text, source_ids, offsets, tokenizer)
    small = {text[word.start : word.end] for word in source if not word.begins_sentence}
    places: dict[str, list[int]] = {}
    for index, word in enumerate(source):
        places.setdefault(word.folded, []).append(index)
    spelled: list[str] = list(words)
    joined = [word.joined for word in generated]
    position = 0
    while position < len(words):
        place, length = _longest_run(words, position, source=source, places=places.get(words[position], ()))
        if length > 1 or words[position] not in _FUNCTION_WORDS:
            for number in range(length):
                word, index = source[place + number], position + number
                spelled[index] = _spelling(word, text, keep_capital=index == 0, elsewhere=small)
                is_joined = _is_joined(source[place + number - 1], word, text) if number else None
                if is_joined is not None:
                    joined[index] = is_joined
        position += max(1, length)
    return detokenize(spelled, joined)


def _source_words(text: str, source_ids: np.ndarray, offsets: np.ndarray, tokenizer: Tokenizer) -> list[_Word]:
    begins = {0, *sentence_ends(text)[0].tolist(), *(match.end() for match in _QUOTED_SENTENCE.finditer(text))}
    begins = {_LEADING_MARKS.match(text, place).end() for place in begins}  # type: ignore[union-attr]
    unknown = tokenizer.tokens[tokenizer.unk_id]
    words = []
    for folded, first, end, _ in tokenizer.words(source_ids):
        if folded != unknown:
            start = int(offsets[first, 0])
            words.append(_Word(folded, start, int(offsets[end - 1, 1]), begins_sentence=start in begins))
    return words


def _longest_run(
    words: Sequence[str], position: int, *, source: Sequence[_Word], places: Iterable[int]
) -> tuple[int, int]:
    """Returns the place in the source and the length of the longest run from a position; length 0 if there is none."""
    best = 0, 0
    for place in places:
        length = 1
        while (
            position + length < len(words)
            and place + length < len(source)
            and words[position + length] == source[place + length].folded
        ):
            length += 1
        if length > best[1]:
            best = place, length
    return best


def _spelling(word: _Word, text: str, *, keep_capital: bool, elsewhere: set[str]) -> str:
    spelling = text[word.start : word.end]
    small = spelling[0].lower() + spelling[1:]
    if not word.begins_sentence or keep_capital or small == spelling or spelling[1:] != spelling[1:].lower():
        return spelling
    following = text[word.end :].lstrip()[:1]
    if following and is_wide(following) or spelling in elsewhere:
        return spelling
    return small if small in elsewhere or word.folded in _FUNCTION_WORDS else spelling


def _is_joined(before: _Word, word: _Word, text: str) -> bool | None:
    """Returns whether two words of the source have no whitespace between them; None beside a Chinese character."""
    if is_wide(text[before.end - 1]) or is_wide(text[word.start]):
        return None
    return not any(map(str.isspace, text[before.end : word.start]))
