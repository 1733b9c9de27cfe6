"""Unigram and bigram probabilities of tokens from counts."""

from collections.abc import Iterable

import numpy as np


class BigramModel:
    """Token probabilities from unigram and bigram counts: the baselines of a masked language model.

    With c the counts over the sequences, N tokens counted in all, V the size of the vocabulary and d(l) the number of
    distinct tokens after l,

        p(t) = (c(t) + 1) / (N + V)
        p(t | l) = (c(l, t) + d(l) p(t)) / (c(l) + d(l)), and p(t) where nothing was counted after l

    (add-one and Witten-Bell smoothing).

    Args:
        sequences: Token ids int `[n]` and word ids int `[n]` of each sequence, as in a
            `PackedSequence`. Tokens of word -1 (special and unknown tokens) count as left neighbors only.
        vocab_size: V.

    Example:

    >>> bigrams = BigramModel([(np.array([2, 5, 6, 5, 6, 3]), np.array([-1, 0, 0, 1, 1, -1]))], vocab_size=8)
    >>> bigrams.probabilities(np.array([5, -1])).round(2).tolist()[0][5:7]
    [0.08, 0.75]
    >>> bigrams.probabilities(np.array([5, -1])).round(2).tolist()[1][5:7]
    [0.25, 0.25]

    Reference:
        Witten & Bell (1991), https://doi.org/10.1109/18.87000.
    """

    def __init__(self, sequences: Iterable[tuple[np.ndarray, np.ndarray]], vocab_size: int):
        from scipy import sparse  # takes a second to import

        pairs = [(ids[:-1][words[1:] >= 0], ids[1:][words[1:] >= 0]) for ids, words in sequences]
        left, right = (np.concatenate([np.zeros(0, int), *column]) for column in zip(*pairs, strict=True))
        shape = (vocab_size, vocab_size)
        self.counts = sparse.csr_array(sparse.coo_array((np.ones(len(left)), (left, right)), shape))
        self.unigram = (np.bincount(right, minlength=vocab_size) + 1) / (len(right) + vocab_size)

    def probabilities(self, left: np.ndarray) -> np.ndarray:
        """Computes the probability of every token of the vocabulary after each left neighbor.

        Args:
            left: int `[n]`, the left neighbors; -1 where unknown, for p(t).

        Returns:
            float64 `[n, vocab_size]`.
        """
        counts = self.counts[np.maximum(left, 0)].toarray()
        counts[left < 0] = 0
        distinct = np.count_nonzero(counts, axis=1)[:, None]
        total = counts.sum(axis=1, keepdims=True) + distinct
        return np.where(total > 0, (counts + distinct * self.unigram) / np.maximum(total, 1), self.unigram)
