"""Nearest passages against a slow cosine."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import nearest_passage

TEXTS = st.lists(st.text(alphabet="春夏秋冬", min_size=2, max_size=9), min_size=1, max_size=6)


def slow_cosine(a, b):
    left, right = (Counter(text[i : i + 2] for i in range(len(text) - 1)) for text in (a, b))
    dot = sum(left[bigram] * right[bigram] for bigram in left)
    return dot / np.sqrt(sum(n * n for n in left.values()) * sum(n * n for n in right.values()))


@settings(deadline=None, max_examples=40)
@given(TEXTS, TEXTS)
def test_nearest_has_the_largest_cosine(texts, training):
    for text, index in zip(texts, nearest_passage(texts, training), strict=True):
        np.testing.assert_allclose(
            slow_cosine(text, training[index]), max(slow_cosine(text, t) for t in training), atol=1e-12
        )
