"""Words of a sequence to predict."""

import numpy as np


def mask_words(words: np.ndarray, random: np.random.Generator, share: float = 0.15) -> np.ndarray:
    """Tokens of whole words drawn at random, `share` of all tokens on average.

    Words are taken in random order until the next one would exceed `share * n`; that one is taken with the probability
    that makes the expected number of tokens exactly `share * n`.

    Args:
        words: int `[n]`, the word of each token as `whole_words` numbers them; -1 for tokens that are never drawn.
        random: Where the draws come from.
        share: Of the tokens that can be drawn.

    Returns:
        int64 `[k]`, places of the tokens, rising.

    Example:
        >>> words = np.repeat(np.arange(50), 2)
        >>> drawn = mask_words(words, np.random.default_rng(0))
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
