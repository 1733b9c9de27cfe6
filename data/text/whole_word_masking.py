"""Which tokens of a text make up a word."""

import numpy as np

from .chinese import load_jieba


def word_ids(text: str, offsets: np.ndarray, is_continuation: np.ndarray) -> np.ndarray:
    """The words of a text as numbers of its tokens: jieba's for Chinese, WordPiece's for everything else.

    A token belongs to the word of the token before it if it continues it (`##`), or if jieba has both in one word.

    Args:
        text: The text.
        offsets: int `[n, 2]`, code points of the tokens.
        is_continuation: bool `[n]`.

    Returns:
        int32 `[n]`, rising from 0.

    Example:
        >>> from textzoo.data import Tokenizer
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"今天气好", "go", "##ing"])
        >>> tokens = tokenizer.tokenize("今天going天气好")
        >>> word_ids("今天going天气好", tokens.offsets, tokenizer.is_continuation[tokens.ids]).tolist()
        [0, 0, 1, 1, 2, 2, 3]

    Reference:
        Cui et al., arXiv 1906.08101.
    """
    number_at = np.zeros(len(text) + 1, "int32")
    for number, (_, start, end) in enumerate(load_jieba().tokenize(text)):
        number_at[start:end] = number
    words = number_at[offsets[:, 0]]
    begins = np.ones(len(words), bool)
    begins[1:] = (words[1:] != words[:-1]) & ~is_continuation[1:]
    return (np.cumsum(begins) - 1).astype("int32")


def select_masked_tokens(words: np.ndarray, random: np.random.Generator, share: float = 0.15) -> np.ndarray:
    """Tokens of whole words drawn at random, `share` of all tokens on average.

    Words are taken in random order until the next one would exceed `share * n`; that one is taken with the probability
    that makes the expected number of tokens exactly `share * n`.

    Args:
        words: int `[n]`, the word of each token as `word_ids` numbers them; -1 for tokens that are never drawn.
        random: Where the draws come from.
        share: Of the tokens that can be drawn.

    Returns:
        int64 `[k]`, places of the tokens, rising.

    Example:
        >>> words = np.repeat(np.arange(50), 2)
        >>> drawn = select_masked_tokens(words, np.random.default_rng(0))
        >>> len(drawn), bool((np.bincount(words[drawn])[words[drawn]] == 2).all())
        (14, True)

    Reference:
        Devlin et al., arXiv 1810.04805; Cui et al., arXiv 1906.08101.
    """
    known = words[words >= 0]
    names, lengths = np.unique(known, return_counts=True)
    order = random.permutation(len(names))
    ends = np.cumsum(lengths[order])
    budget = share * len(known)
    whole = int(np.searchsorted(ends, budget, side="right"))
    if whole < len(order):
        room = budget - (ends[whole - 1] if whole else 0)
        whole += random.random() < room / lengths[order[whole]]
    return np.flatnonzero(np.isin(words, names[order[:whole]]))
