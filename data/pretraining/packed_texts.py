"""Texts packed into sequences of whole sentences, for pretraining."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..check_types import check_types
from ..text.tokenizer import Tokenizer, Tokens
from ..text.whole_word_masking import word_ids
from .cached_tokens import cached_tokens
from .tokenized_texts import tokenize_texts


class PackedSequence(NamedTuple):
    """A sequence `[CLS] text [SEP] text [SEP]`.

    `ids`: int32 `[n]`; `words`: int32 `[n]`, the number of each token's word, -1 at special tokens and at words with an
    unknown token; `sentences`: int32 `[n]`, the number of each token's sentence, -1 at special tokens.
    """

    ids: np.ndarray
    words: np.ndarray
    sentences: np.ndarray


class PackedTexts(Sequence):
    """Texts packed into sequences of at most `max_length` tokens, special tokens included.

    Texts are cut after sentences, see `tokenize_texts`; short parts share a sequence. Tokenization takes a fraction of
    the time of finding words. Therefore all texts are tokenized at once, so that the number of sequences is known, and
    the words of a sequence are found when it is read.

    Args:
        texts: Texts.
        tokenizer: `Tokenizer`.
        max_length: int. Maximum number of tokens of a sequence.
        processes: int. Number of processes for the tokenization, see `tokenize_texts`.
        cached: bool. Whether to keep the tokens in the user's cache folder, see `cached_tokens`.

    Attributes:
        lengths: int64 `[sequences]`, number of tokens of each sequence.

    Raises:
        ValueError: no text has a token of the vocabulary, or `max_length` is less than 3.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好很。"])
    >>> packed = PackedTexts(["今天好。", "天气很好。"], tokenizer, max_length=12)
    >>> [sequence.ids.tolist() for sequence in packed]
    [[2, 5, 6, 8, 10, 3, 6, 7, 9, 8, 10, 3]]
    >>> packed[0].words.tolist()
    [-1, 0, 0, 1, 2, -1, 3, 3, 4, 5, 6, -1]
    >>> packed[0].sentences.tolist()
    [-1, 0, 0, 0, 0, -1, 1, 1, 1, 1, 1, -1]
    """

    @check_types
    def __init__(
        self,
        texts: Sequence[str],
        tokenizer: Tokenizer,
        *,
        max_length: int,
        processes: int = 1,
        cached: bool = False,
    ):
        if max_length < 3:
            raise ValueError(f"Expected max_length of 3 or more, [CLS] and [SEP] included. Received: {max_length}")
        self.texts, self.tokenizer, self.max_length = texts, tokenizer, max_length
        tokenize = cached_tokens if cached else tokenize_texts
        self.tokens = tokenize(texts, tokenizer, max_tokens=max_length - 2, processes=processes)
        counts = np.diff(self.tokens.part_starts)
        known = np.concatenate([[0], np.cumsum(self.tokens.ids != tokenizer.unk_id)])[self.tokens.part_starts]
        usable = np.flatnonzero(np.diff(known))
        if not len(usable):
            raise ValueError(f"Expected texts with characters of the vocabulary. Received: {len(texts)} without any.")
        borders = [0]
        filled = 1
        for number, count in enumerate(counts[usable].tolist()):
            if filled + count + 1 > max_length:
                borders.append(number)
                filled = 1
            filled += count + 1
        self._parts, self._borders = usable, np.array([*borders, len(usable)])
        ends = np.concatenate([[0], np.cumsum(counts[usable] + 1)])
        self.lengths = np.diff(ends[self._borders]) + 1

    def __len__(self) -> int:
        return len(self._borders) - 1

    def __getitem__(self, index: Any) -> Any:
        index = range(len(self))[index]
        parts = [self._part(part) for part in self._parts[self._borders[index] : self._borders[index + 1]]]
        columns: list[list[Any]] = [[[self.tokenizer.cls_id]], [[-1]], [[-1]]]
        counts = [0, 0]
        for ids, *numbers in parts:
            columns[0] += [ids, [self.tokenizer.sep_id]]
            for column, values, kind in zip(columns[1:], numbers, (0, 1), strict=True):
                column += [np.where(values < 0, -1, values + counts[kind]), [-1]]
                counts[kind] += int(values.max(initial=-1)) + 1
        return PackedSequence(*(np.concatenate(column).astype("int32") for column in columns))

    def _part(self, part: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns ids, words and sentences of a part."""
        first, end = self.tokens.part_starts[part : part + 2]
        owner = self.tokens.part_texts
        text = self.texts[int(owner[part])]
        ids, starts = self.tokens.ids[first:end].astype("int32"), self.tokens.starts[first:end]
        is_last = part + 1 == len(owner) or owner[part + 1] != owner[part]
        stop = len(text) if is_last else int(self.tokens.starts[end])
        text = text[int(starts[0]) : stop]
        offsets = np.stack([starts - starts[0]] * 2, axis=1)
        continues = self.tokenizer.continues_word(text, Tokens(ids, offsets))
        words = word_ids(text, offsets, is_continuation=continues)
        unknown = np.unique(words[ids == self.tokenizer.unk_id])
        begins = self.tokens.begins_sentence[first:end].copy()
        begins[0] = True
        return ids, np.where(np.isin(words, unknown), -1, words), np.cumsum(begins) - 1
