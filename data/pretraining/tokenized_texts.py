"""Tokens of many texts in flat arrays, cut into parts of whole sentences."""

import multiprocessing
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..check_types import check_types
from ..text.sentence_ends import sentence_ends
from ..text.tokenizer import Tokenizer

_BLOCK_CHARACTERS = 1 << 20  # that one process tokenizes at a time
_BATCH = 64  # texts


class TokenizedTexts(NamedTuple):
    """Tokens of texts and the parts that they are cut into.

    `ids`: uint16 or int32 `[n]`; `starts`: int32 `[n]`, the first character of each token in its text;
    `begins_sentence`: bool `[n]`; `part_starts`: int64 `[m + 1]`, the first token of each part, and n; `part_texts`:
    int32 `[m]`, the index of the text of each part.
    """

    ids: np.ndarray
    starts: np.ndarray
    begins_sentence: np.ndarray
    part_starts: np.ndarray
    part_texts: np.ndarray


@check_types
def tokenize_texts(
    texts: Sequence[str], tokenizer: Tokenizer, *, max_tokens: int, processes: int = 1
) -> TokenizedTexts:
    """Tokenizes texts and cuts them into parts of at most `max_tokens` tokens.

    A part ends after a sentence; if none fits, after a semicolon, a comma or a token, in this order.

    Args:
        texts: Texts.
        tokenizer: `Tokenizer`.
        max_tokens: int. Maximum number of tokens of a part.
        processes: int. Number of new processes that share the work; 1: this one. A script that asks for more needs an
            `if __name__ == "__main__":` block.

    Returns:
        `TokenizedTexts`, the same for any number of processes.

    Example:

    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好很。"])
    >>> tokens = tokenize_texts(["今天好。天气很好。"], tokenizer, max_tokens=6)
    >>> tokens.ids.tolist(), tokens.part_starts.tolist()
    ([5, 6, 8, 10, 6, 7, 9, 8, 10], [0, 4, 9])
    """
    blocks = [(texts[start:end], max_tokens) for start, end in _blocks(texts)]
    if processes > 1 and len(blocks) > 1:
        context = multiprocessing.get_context("spawn")
        with context.Pool(min(processes, len(blocks)), _set_tokenizer, (tokenizer.get_config(),)) as pool:
            results = pool.map(_tokenize_in_worker, blocks, chunksize=1)
    else:
        results = [_tokenize(*block, tokenizer=tokenizer) for block in blocks]
    return _concatenate(results, [len(block) for block, _ in blocks])


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yields ranges of consecutive texts of about a million characters."""
    start = count = 0
    for index, text in enumerate(texts):
        count += len(text)
        if count >= _BLOCK_CHARACTERS:
            yield start, index + 1
            start, count = index + 1, 0
    if start < len(texts):
        yield start, len(texts)


_worker: dict[str, Tokenizer] = {}


def _set_tokenizer(config: dict[str, Any]) -> None:
    _worker["tokenizer"] = Tokenizer.from_config(config)


def _tokenize_in_worker(block: tuple[Sequence[str], int]) -> TokenizedTexts:
    return _tokenize(*block, tokenizer=_worker["tokenizer"])


def _tokenize(texts: Sequence[str], max_tokens: int, *, tokenizer: Tokenizer) -> TokenizedTexts:
    dtype = "uint16" if tokenizer.vocab_size <= 1 << 16 else "int32"
    ids, starts, begins, bounds, owners = [np.zeros(0, dtype)], [np.zeros(0, "int32")], [np.zeros(0, bool)], [0], []
    count = 0
    for first in range(0, len(texts), _BATCH):
        batch = texts[first : first + _BATCH]
        for index, (text, tokens) in enumerate(zip(batch, tokenizer.tokenize_batch(batch), strict=True), first):
            begin = tokens.offsets[:, 0]
            ends = [np.searchsorted(begin, positions) for positions in sentence_ends(text)]
            parts = _cut(len(begin), ends, max_tokens=max_tokens)
            is_begin = np.zeros(len(begin) + 1, bool)
            is_begin[[0, *ends[0]]] = True
            ids.append(tokens.ids.astype(dtype))
            starts.append(begin)
            begins.append(is_begin[:-1])
            owners += [index] * len(parts)
            bounds += [count + end for end in parts]
            count += len(begin)
    return TokenizedTexts(
        np.concatenate(ids),
        np.concatenate(starts),
        np.concatenate(begins),
        np.array(bounds, "int64"),
        np.array(owners, "int32"),
    )


def _cut(count: int, ends: Sequence[np.ndarray], *, max_tokens: int) -> list[int]:
    """Returns the ends of the parts of `count` tokens; `ends` are candidates, the best kind first."""
    parts, start = [], 0
    while count - start > max_tokens:
        limit = start + max_tokens
        for candidates in ends:
            index = np.searchsorted(candidates, limit, side="right") - 1
            if index >= 0 and candidates[index] > start:
                limit = int(candidates[index])
                break
        parts.append(limit)
        start = limit
    return [*parts, count] if count else []


def _concatenate(blocks: Sequence[TokenizedTexts], counts: Sequence[int]) -> TokenizedTexts:
    """Joins the tokens of consecutive blocks of `counts` texts."""
    first_tokens = np.cumsum([0, *(len(block.ids) for block in blocks)])
    first_texts = np.cumsum([0, *counts])
    bounds = [block.part_starts[1:] + first for block, first in zip(blocks, first_tokens, strict=False)]
    owners = [block.part_texts + first for block, first in zip(blocks, first_texts, strict=False)]
    return TokenizedTexts(
        ids=np.concatenate([block.ids for block in blocks]),
        starts=np.concatenate([block.starts for block in blocks]),
        begins_sentence=np.concatenate([block.begins_sentence for block in blocks]),
        part_starts=np.concatenate([[0], *bounds]),
        part_texts=np.concatenate(owners).astype("int32"),
    )
