"""Encodes passages as sources of question-answer generation."""

import re
from typing import NamedTuple

import numpy as np

from ..check_types import check_types
from ..text.tokenizer import Tokenizer
from ..text.word_segmentation import word_segmenter
from .validate_answer import may_end_answer, may_start_answer

_UNDIVIDED = re.compile(r"\d+(?:[.,:：]\d+)*|(?<![A-Za-z])(?:[A-Za-z]{1,2}\.)+[A-Za-z]\b\.?")  # 3.14, U.S.


class EncodedPassage(NamedTuple):
    """A passage as token ids, with the positions at which an answer may start and end.

    `text`: the passage. `ids`: int32 `[s]`, with [CLS] and [SEP]. `offsets`: int32 `[s, 2]`, start and end in code
    points of the text, -1 at special tokens. `starts`, `ends`: bool `[s]`, True where an answer may start and end: at
    the borders of words that are no punctuation, but not inside numbers and abbreviations.
    """

    text: str
    ids: np.ndarray
    offsets: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def overlapping(self, start: int, end: int) -> np.ndarray:
        """Returns bool `[s]`, True at the tokens that overlap code points `start` to `end`."""
        return (self.offsets[:, 0] < end) & (self.offsets[:, 1] > start)

    def token_span(self, start: int, end: int) -> tuple[int, int]:
        """Returns the positions of the tokens that overlap code points `start` to `end`, `(0, 0)` if there are none."""
        positions = np.flatnonzero(self.overlapping(start, end))
        return (int(positions[0]), int(positions[-1]) + 1) if len(positions) else (0, 0)

    def divides_token(self, start: int, end: int) -> bool:
        """Returns whether a token overlaps code points `start` to `end` and reaches beyond them."""
        offsets = self.offsets[self.overlapping(start, end)]
        return bool(np.any((offsets[:, 0] < start) | (offsets[:, 1] > end)))

    def token_positions(self, answer: np.ndarray) -> list[int]:
        """Returns the positions where the token ids of an answer occur; only those at whole words if there are any."""
        length = len(answer)
        if length > len(self.ids):
            return []
        windows = np.lib.stride_tricks.sliding_window_view(self.ids, length)
        positions = np.flatnonzero((windows == answer).all(axis=1)).tolist()
        return [i for i in positions if self.starts[i] and self.ends[i + length - 1]] or positions


@check_types
def encode_passage(text: str, tokenizer: Tokenizer, *, max_length: int, align_to_words: bool = False) -> EncodedPassage:
    """Encodes a passage as `[CLS] passage [SEP]`.

    Args:
        text: The passage.
        tokenizer: The model's tokenizer.
        max_length: Maximum number of tokens, [CLS] and [SEP] included.
        align_to_words: Whether answers may start and end only where jieba's words do.

    Returns:
        `EncodedPassage`.

    Raises:
        ValueError: The passage is empty, is too long, or has only unknown characters.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "小", "李", "来"])
    >>> encode_passage("小李来", tokenizer, max_length=8).ids.tolist()
    [2, 5, 6, 7, 3]
    """
    tokens = tokenizer.tokenize(text)
    _check(text, tokens.ids, tokenizer=tokenizer, max_length=max_length)
    ids = np.concatenate([[tokenizer.cls_id], tokens.ids, [tokenizer.sep_id]]).astype("int32")
    offsets = np.concatenate([[[-1, -1]], tokens.offsets, [[-1, -1]]]).astype("int32")
    inside = offsets[:, 0] >= 0
    is_blank, continues = tokenizer.is_blank[ids], np.zeros(len(ids), bool)
    continues[1:-1] = tokenizer.continues_word(text, tokens)
    word_starts = inside & ~continues
    undivided = [i for match in _UNDIVIDED.finditer(text) for i in range(match.start() + 1, match.end())]
    starts = word_starts & ~is_blank & ~np.isin(offsets[:, 0], undivided)
    ends = inside & ~is_blank & ~np.append(inside[1:] & ~word_starts[1:], False) & ~np.isin(offsets[:, 1], undivided)
    starts[starts] = [may_start_answer(text, start) for start in offsets[starts, 0]]
    ends[ends] = [may_end_answer(text, end) for end in offsets[ends, 1]]
    if align_to_words:
        words = [(start, end) for _, start, end in word_segmenter().tokenize(text)]
        starts &= np.isin(offsets[:, 0], [start for start, _ in words])
        ends &= np.isin(offsets[:, 1], [end for _, end in words])
    return EncodedPassage(text=text, ids=ids, offsets=offsets, starts=starts, ends=ends)


def is_readable(text: str, tokenizer: Tokenizer) -> bool:
    """Returns whether a text has a token that the tokenizer knows.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "小"])
    >>> is_readable("小李", tokenizer), is_readable("李", tokenizer), is_readable("", tokenizer)
    (True, False, False)
    """
    return bool(np.any(tokenizer.tokenize(text).ids != tokenizer.unk_id))


def check_readable(text: str, tokenizer: Tokenizer) -> None:
    """Checks that a text has a token that the tokenizer knows.

    Raises:
        ValueError: It has none.
    """
    if not is_readable(text, tokenizer):
        shown = repr(text if len(text) <= 40 else text[:40] + "…")
        raise ValueError(f"Expected a passage with known characters. Received only unknown ones: {shown}.")


def _check(text: str, ids: np.ndarray, *, tokenizer: Tokenizer, max_length: int) -> None:
    shown = repr(text if len(text) <= 40 else text[:40] + "…")
    if not len(ids):
        raise ValueError(f"Expected a passage with text in it. Received: {shown}.")
    if len(ids) + 2 > max_length:
        limit = max_length - 2
        raise ValueError(
            f"Expected a passage of at most {limit} tokens. Received: {len(ids)} tokens, {shown}; "
            "cut it with textzoo.data.chunk_passage, or pass --filter (QAPipeline), which cuts it."
        )
    if np.all(ids == tokenizer.unk_id):
        raise ValueError(f"Expected a passage with known characters. Received only unknown ones: {shown}.")
