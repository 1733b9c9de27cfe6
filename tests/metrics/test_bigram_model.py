"""Bigram probabilities against their formulas, one token at a time."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import BigramModel

VOCAB = 7
SEQUENCES = st.lists(st.lists(st.integers(0, VOCAB - 1), min_size=1, max_size=12), min_size=1, max_size=4)


def with_word_ids(ids):
    """Returns a sequence whose tokens 0 and 1 are special."""
    ids = np.array(ids)
    return ids, np.where(ids > 1, np.arange(len(ids)), -1)


def slow_probability(sequences, left, *, token):
    """Computes the formulas of the docstring for one token."""
    pairs = Counter((a, b) for ids in sequences for a, b in zip(ids[:-1], ids[1:], strict=True) if b > 1)
    unigram = (sum(n for (_, b), n in pairs.items() if b == token) + 1) / (pairs.total() + VOCAB)
    after = {b: n for (a, b), n in pairs.items() if a == left}
    if not after:
        return unigram
    return (after.get(token, 0) + len(after) * unigram) / (sum(after.values()) + len(after))


@given(SEQUENCES)
@settings(max_examples=50)
def test_equals_the_formulas(sequences):
    bigrams = BigramModel([with_word_ids(ids) for ids in sequences], VOCAB)
    left = np.arange(-1, VOCAB)
    probabilities = bigrams.probabilities(left)
    expected = [[slow_probability(sequences, a, token=token) for token in range(VOCAB)] for a in left]
    np.testing.assert_allclose(probabilities, expected, rtol=1e-12)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)


def test_special_tokens_are_neighbors_but_never_predicted():
    bigrams = BigramModel([with_word_ids([0, 2, 1, 3])], 4)
    np.testing.assert_allclose(bigrams.unigram, np.array([1, 1, 2, 2]) / 6)
    assert bigrams.probabilities(np.array([1]))[0].argmax() == 3
