"""Words of a clause with their parts of speech."""

from typing import NamedTuple

from ..text.chinese import load_jieba


class Word(NamedTuple):
    """A word, its part of speech as jieba names it, and where it begins in the passage."""

    text: str
    flag: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def nominal(self) -> bool:
        return self.flag[0] in "njsbl" or self.flag in ("a", "an", "eng", "vn")


def clause_words(clause: str, start: int) -> list[Word]:
    """The words of a clause that begins at `start`, without spaces, and without conjunctions at its head."""
    words = []
    for pair in load_jieba().posseg.cut(clause):
        if pair.word.strip():
            words.append(Word(pair.word, pair.flag, start))
        start += len(pair.word)
    while words and (words[0].flag == "c" or words[0].text in ("其中", "同时")):
        words.pop(0)
    return words
