"""Counts of neighbours against a count by hand."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import BigramModel

VOCAB = 7
SEQUENCES = st.lists(st.lists(st.integers(0, VOCAB - 1), min_size=1, max_size=12), min_size=1, max_size=4)


def pair(ids):
    """Tokens 0 and 1 are the special ones."""
    ids = np.array(ids)
    return ids, np.where(ids > 1, np.arange(len(ids)), -1)


def slow(sequences, left, token):
    """The formulas of the docstring, one token at a time."""
    pairs = Counter((a, b) for ids in sequences for a, b in zip(ids[:-1], ids[1:], strict=True) if b > 1)
    alone = (sum(n for (_, b), n in pairs.items() if b == token) + 1) / (pairs.total() + VOCAB)
    after = {b: n for (a, b), n in pairs.items() if a == left}
    if not after:
        return alone
    return (after.get(token, 0) + len(after) * alone) / (sum(after.values()) + len(after))


@given(SEQUENCES)
@settings(deadline=None, max_examples=50)
def test_equal_to_a_count_by_hand(sequences):
    bigrams = BigramModel([pair(ids) for ids in sequences], VOCAB)
    left = np.arange(-1, VOCAB)
    found = bigrams.probabilities(left)
    expected = [[slow(sequences, a, token) for token in range(VOCAB)] for a in left]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)


def test_special_tokens_are_neighbours_but_never_predicted():
    found = BigramModel([pair([0, 2, 1, 3])], 4)
    np.testing.assert_allclose(found.unigram, np.array([1, 1, 2, 2]) / 6)
    assert found.probabilities(np.array([1]))[0].argmax() == 3
