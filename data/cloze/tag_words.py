"""Words of a clause with their parts of speech."""

from typing import NamedTuple

from ..text.word_segmentation import word_tagger


class TaggedWord(NamedTuple):
    """A word, its part-of-speech tag in jieba's tag set, and its start in the passage."""

    text: str
    tag: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_nominal(self) -> bool:
        return self.tag[0] in "njsbl" or self.tag in ("a", "an", "eng", "vn")


def tag_words(clause: str, start: int) -> list[TaggedWord]:
    """Splits a clause into tagged words, without spaces and without conjunctions at its beginning.

    Args:
        clause: The clause.
        start: Its start in the passage.

    Example:

    >>> [word.text for word in tag_words("其中 陈静是作家", 0)]
    ['陈静', '是', '作家']
    """
    words = []
    for pair in word_tagger().cut(clause):
        if pair.word.strip():
            words.append(TaggedWord(pair.word, pair.flag, start))
        start += len(pair.word)
    while words and (words[0].tag == "c" or words[0].text in ("其中", "同时")):
        words.pop(0)
    return words
