"""Cuts long passages into chunks that fit a model."""

from typing import NamedTuple

import numpy as np

from ..check_types import check_types
from .sentence_ends import sentence_ends
from .tokenizer import Tokenizer

_TOKENIZED_AT_ONCE = 4096  # characters


class Chunk(NamedTuple):
    """A part of a passage: `text == passage[start : start + len(text)]`."""

    text: str
    start: int


@check_types
def chunk_passage(
    passage: str, tokenizer: Tokenizer, *, max_tokens: int, answer_span: tuple[int, int] | None = None, overlap: int = 0
) -> list[Chunk]:
    """Cuts a passage into chunks of at most `max_tokens` tokens, special tokens not counted.

    Chunks are as long as possible. They end after a sentence; if no sentence fits, after a semicolon, a comma or a
    word, in this order. Only a word that is too long itself is cut. Without an answer span and an overlap, the chunks
    concatenated are the passage.

    Args:
        passage: The text.
        tokenizer: Counts the tokens.
        max_tokens: Maximum number of tokens per chunk.
        answer_span: Start and end of an answer of whole words, in code points of the passage. It is never cut, and only
            the chunk that contains it is returned (several, if chunks overlap), or none if the answer is longer than
            `max_tokens`. It begins at `answer_span[0] - chunk.start` in the chunk's text. None: returns all chunks.
        overlap: Maximum number of tokens that a chunk repeats from the chunk before it. The repeated part begins with
            a sentence if possible.

    Returns:
        The chunks, in order.

    Raises:
        ValueError: `max_tokens` is not positive, `overlap` is not in [0, max_tokens), or `answer_span` is outside the
            passage.

    Example:
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
        >>> [chunk.text for chunk in chunk_passage("天亮了。他起床，吃饭，出门。走吧！", tokenizer, max_tokens=8)]
        ['天亮了。', '他起床，吃饭，', '出门。走吧！']
        >>> chunk_passage("天亮了。他起床，吃饭，出门。走吧！", tokenizer, max_tokens=8, answer_span=(8, 10))
        [Chunk(text='他起床，吃饭，', start=4)]
    """
    if max_tokens < 1:
        raise ValueError(f"Expected max_tokens of 1 or more. Received: {max_tokens}.")
    if not 0 <= overlap < max_tokens:
        raise ValueError(f"Expected an overlap from 0 to {max_tokens - 1} tokens. Received: {overlap}.")
    if answer_span is not None and not 0 <= answer_span[0] < answer_span[1] <= len(passage):
        raise ValueError(
            f"Expected answer_span as (start, end) inside the passage of {len(passage)} characters. "
            f"Received: {answer_span}."
        )
    cutter = _Cutter(passage, tokenizer, max_tokens=max_tokens, answer_span=answer_span)
    chunks = []
    start = end = 0
    while end < len(passage):
        last_end = end
        end = cutter.chunk_end(start, last_end)
        if end <= last_end:  # the overlap left no room
            start = last_end
            end = cutter.chunk_end(start, last_end)
        if answer_span is None or (start <= answer_span[0] and answer_span[1] <= end):
            chunks.append(Chunk(passage[start:end], start))
        if answer_span is not None and start > answer_span[0]:
            break
        start = cutter.overlap_start(start, end, overlap=overlap)
    return chunks


class _Cutter:
    """Positions where a passage may be cut, by levels from the ends of sentences to the starts of words."""

    def __init__(self, passage: str, tokenizer: Tokenizer, *, max_tokens: int, answer_span: tuple[int, int] | None):
        self.passage, self.tokenizer, self.max_tokens, self.answer_span = passage, tokenizer, max_tokens, answer_span
        ends = sentence_ends(passage)
        self.token_starts, word_starts = self._tokenize(ends[0])
        self.levels = [positions[self._outside_answer(positions)] for positions in (*ends, word_starts)]

    def chunk_end(self, start: int, last_end: int) -> int:
        """Returns the best end after `last_end` of a chunk from `start`; `last_end` itself if nothing fits."""
        limit = self._limit(start)
        while limit > last_end:
            end = len(self.passage) if limit == len(self.passage) else self._best_end(last_end, limit)
            if len(self.tokenizer.tokenize(self.passage[start:end]).ids) <= self.max_tokens or end == start + 1:
                return end
            limit = end - 1  # without its neighbours, a part of a word may take more tokens
        return last_end if start < last_end else start + 1

    def overlap_start(self, start: int, end: int, *, overlap: int) -> int:
        """Returns the start of the next chunk: `end`, or up to `overlap` tokens before it."""
        index = np.searchsorted(self.token_starts, end) - overlap
        if overlap == 0 or index <= 0:
            return end
        earliest = max(start + 1, int(self.token_starts[index]))
        for positions in self.levels:
            first = np.searchsorted(positions, earliest)
            if first < len(positions) and positions[first] < end:
                return int(positions[first])
        return end

    def _limit(self, start: int) -> int:
        index = np.searchsorted(self.token_starts, start) + self.max_tokens
        return int(self.token_starts[index]) if index < len(self.token_starts) else len(self.passage)

    def _best_end(self, last_end: int, limit: int) -> int:
        for positions in self.levels:
            index = np.searchsorted(positions, limit, side="right") - 1
            if index >= 0 and positions[index] > last_end:
                return int(positions[index])
        if self.answer_span is not None and last_end < self.answer_span[0] < limit < self.answer_span[1]:
            return self.answer_span[0]
        return limit

    def _outside_answer(self, positions: np.ndarray) -> np.ndarray:
        if self.answer_span is None:
            return np.ones(len(positions), bool)
        return (positions <= self.answer_span[0]) | (positions >= self.answer_span[1])

    def _tokenize(self, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the starts of all tokens and of all words. Tokenizes part by part to bound the memory."""
        borders = [0]
        while borders[-1] < len(self.passage):
            limit = borders[-1] + _TOKENIZED_AT_ONCE
            index = np.searchsorted(ends, limit, side="right") - 1
            fits = index >= 0 and ends[index] > borders[-1]
            borders.append(int(ends[index]) if fits else min(limit, len(self.passage)))
        starts, continues = [np.zeros(0, np.int64)], [np.zeros(0, bool)]
        for left, right in zip(borders, borders[1:], strict=False):
            tokens = self.tokenizer.tokenize(self.passage[left:right])
            starts.append(tokens.offsets[:, 0].astype(np.int64) + left)
            continues.append(self.tokenizer.continues_word(self.passage[left:right], tokens))
        token_starts = np.concatenate(starts)
        return token_starts, token_starts[~np.concatenate(continues)]
