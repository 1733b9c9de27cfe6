"""Long passages in pieces that a model can take."""

from typing import NamedTuple

import numpy as np

from .sentence_ends import sentence_ends
from .tokenizer import Tokenizer

_CHUNK = 4096  # characters that are tokenized as one text


class Chunk(NamedTuple):
    """A part of a passage: `text == passage[start:start + len(text)]`."""

    text: str
    start: int


def chunk_passage(
    passage: str, tokenizer: Tokenizer, max_tokens: int, keep: tuple[int, int] | None = None, overlap: int = 0
) -> list[Chunk]:
    """Cuts a passage into pieces of at most `max_tokens` tokens, special tokens not counted.

    A piece is as long as it can be and ends where a sentence does; else after a semicolon, else after a comma, else
    between words, and inside a word where a single word is too long. Put together, the pieces are the passage.

    Args:
        passage: The text.
        tokenizer: Counts the tokens.
        max_tokens: The most tokens of a piece.
        keep: Start and end of an answer of whole words. No cut goes through it, and only the piece that holds it is
            returned (with an overlap perhaps several): none where it alone is longer than `max_tokens`. It stands at
            `keep[0] - piece.start` in the piece's text.
        overlap: The most tokens of a piece that the next one repeats, from the start of a sentence where it can.

    Returns:
        The pieces, in order.

    Raises:
        ValueError: `max_tokens` is not positive, `overlap` is not from 0 to less than `max_tokens`, or `keep` lies
            outside the passage.

    Example:
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
        >>> [piece.text for piece in chunk_passage("天亮了。他起床，吃饭，出门。走吧！", tokenizer, max_tokens=8)]
        ['天亮了。', '他起床，吃饭，', '出门。走吧！']
        >>> chunk_passage("天亮了。他起床，吃饭，出门。走吧！", tokenizer, max_tokens=8, keep=(8, 10))
        [Chunk(text='他起床，吃饭，', start=4)]
    """
    if max_tokens < 1:
        raise ValueError(f"Expected max_tokens of 1 or more. Received: {max_tokens}.")
    if not 0 <= overlap < max_tokens:
        raise ValueError(f"Expected an overlap from 0 to {max_tokens - 1} tokens. Received: {overlap}.")
    if keep is not None and not 0 <= keep[0] < keep[1] <= len(passage):
        raise ValueError(f"Expected keep as (start, end) inside the passage of {len(passage)}. Received: {keep}.")
    cutter = _Cutter(passage, tokenizer, max_tokens, keep)
    pieces = []
    start = end = 0
    while end < len(passage):
        last_end = end
        end = cutter.end_of_piece(start, last_end)
        if end <= last_end:  # the overlap left no room
            start = last_end
            end = cutter.end_of_piece(start, last_end)
        if keep is None or (start <= keep[0] and keep[1] <= end):
            pieces.append(Chunk(passage[start:end], start))
        if keep is not None and start > keep[0]:
            break
        start = cutter.start_of_overlap(start, end, overlap)
    return pieces


class _Cutter:
    def __init__(self, passage: str, tokenizer: Tokenizer, max_tokens: int, keep: tuple[int, int] | None):
        self.passage, self.tokenizer, self.max_tokens, self.keep = passage, tokenizer, max_tokens, keep
        ends = sentence_ends(passage)
        self.token_starts, word_starts = self._tokenize(ends[0])
        self.levels = [places[self._allowed(places)] for places in (*ends, word_starts)]

    def end_of_piece(self, start: int, last_end: int) -> int:
        """The best end after `last_end` of a piece from `start`; `last_end` itself where nothing fits."""
        limit = self._limit(start)
        while limit > last_end:
            end = len(self.passage) if limit == len(self.passage) else self._best_end(last_end, limit)
            if len(self.tokenizer.tokenize(self.passage[start:end]).ids) <= self.max_tokens or end == start + 1:
                return end
            limit = end - 1  # cut off from its neighbours, a part of a word may take more tokens
        return last_end if start < last_end else start + 1

    def start_of_overlap(self, start: int, end: int, overlap: int) -> int:
        """Where the next piece starts: `end`, or up to `overlap` tokens before it."""
        index = np.searchsorted(self.token_starts, end) - overlap
        if overlap == 0 or index <= 0:
            return end
        earliest = max(start + 1, int(self.token_starts[index]))
        for places in self.levels:
            first = np.searchsorted(places, earliest)
            if first < len(places) and places[first] < end:
                return int(places[first])
        return end

    def _limit(self, start: int) -> int:
        over = np.searchsorted(self.token_starts, start) + self.max_tokens
        return int(self.token_starts[over]) if over < len(self.token_starts) else len(self.passage)

    def _best_end(self, last_end: int, limit: int) -> int:
        for places in self.levels:
            index = np.searchsorted(places, limit, side="right") - 1
            if index >= 0 and places[index] > last_end:
                return int(places[index])
        if self.keep is not None and self.keep[0] < limit < self.keep[1] and self.keep[0] > last_end:
            return self.keep[0]
        return limit

    def _allowed(self, places: np.ndarray) -> np.ndarray:
        if self.keep is None:
            return np.ones(len(places), bool)
        return (places <= self.keep[0]) | (places >= self.keep[1])

    def _tokenize(self, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Starts of all tokens and of all words, tokenized in chunks so that memory stays flat."""
        borders = [0]
        while borders[-1] < len(self.passage):
            over = borders[-1] + _CHUNK
            index = np.searchsorted(ends, over, side="right") - 1
            fits = index >= 0 and ends[index] > borders[-1]
            borders.append(int(ends[index]) if fits else min(over, len(self.passage)))
        starts, continues = [np.zeros(0, np.int64)], [np.zeros(0, bool)]
        for left, right in zip(borders, borders[1:], strict=False):
            tokens = self.tokenizer.tokenize(self.passage[left:right])
            starts.append(tokens.offsets[:, 0].astype(np.int64) + left)
            continues.append(self.tokenizer.is_continuation[tokens.ids])
        token_starts = np.concatenate(starts)
        return token_starts, token_starts[~np.concatenate(continues)]
