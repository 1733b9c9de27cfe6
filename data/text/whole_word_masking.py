"""Whole-word masking: the word of each token, and random selection of whole words."""

import numpy as np

from .word_segmentation import word_segmenter


def word_ids(text: str, offsets: np.ndarray, *, is_continuation: np.ndarray) -> np.ndarray:
    """Returns the word index of each token: jieba's words for Chinese, WordPiece's for everything else.

    A token belongs to the word of the token before it if it continues that token (`##`), or if jieba has both in one
    word.

    Args:
        text: The text.
        offsets: int `[n, 2]`, start and end of each token in code points of the text.
        is_continuation: bool `[n]`, True at tokens that continue a word.

    Returns:
        int32 `[n]`, ascending from 0.

    Example:
        >>> from textzoo.data import Tokenizer
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好", "go", "##ing"])
        >>> tokens = tokenizer.tokenize("今天going天气好")
        >>> is_continuation = tokenizer.is_continuation[tokens.ids]
        >>> word_ids("今天going天气好", tokens.offsets, is_continuation=is_continuation).tolist()
        [0, 0, 1, 1, 2, 2, 3]

    Reference:
        Cui et al., arXiv 1906.08101.
    """
    number_at = np.zeros(len(text) + 1, "int32")
    for number, (_, start, end) in enumerate(word_segmenter().tokenize(text)):
        number_at[start:end] = number
    words = number_at[offsets[:, 0]]
    begins = np.ones(len(words), bool)
    begins[1:] = (words[1:] != words[:-1]) & ~is_continuation[1:]
    return (np.cumsum(begins) - 1).astype("int32")


def select_masked_tokens(words: np.ndarray, random: np.random.Generator, *, fraction: float = 0.15) -> np.ndarray:
    """Selects the tokens of whole words at random, `fraction` of all tokens on average.

    Words are taken in random order until the next one would exceed `fraction * n`. That one is taken with the
    probability that makes the expected number of tokens exactly `fraction * n`.

    Args:
        words: int `[n]`, word index of each token, see `word_ids`; -1 for tokens that are never selected.
        random: Random number generator.
        fraction: Expected fraction of the selectable tokens.

    Returns:
        int64 `[k]`, ascending positions of the selected tokens.

    Example:
        >>> words = np.repeat(np.arange(50), 2)
        >>> positions = select_masked_tokens(words, np.random.default_rng(0))
        >>> len(positions), bool((np.bincount(words[positions])[words[positions]] == 2).all())
        (14, True)

    Reference:
        Devlin et al., arXiv 1810.04805; Cui et al., arXiv 1906.08101.
    """
    selectable = words[words >= 0]
    indices, lengths = np.unique(selectable, return_counts=True)
    order = random.permutation(len(indices))
    ends = np.cumsum(lengths[order])
    budget = fraction * len(selectable)
    count = int(np.searchsorted(ends, budget, side="right"))
    if count < len(order):
        room = budget - (ends[count - 1] if count else 0)
        count += random.random() < room / lengths[order[count]]
    return np.flatnonzero(np.isin(words, indices[order[:count]]))
