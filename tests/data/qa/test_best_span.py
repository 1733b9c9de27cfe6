"""Best spans against two loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textzoo.data import best_span

SCORES = st.sampled_from([-np.inf, -2.0, -1.0, 0.0, 1.0, 2.5])


@st.composite
def rows(draw):
    shape = draw(st.integers(1, 3)), draw(st.integers(1, 9))
    return draw(arrays(float, shape, elements=SCORES)), draw(arrays(float, shape, elements=SCORES))


@given(rows(), st.integers(1, 12))
@settings(max_examples=200)
def test_is_the_best_of_all_spans(scores, max_length):
    starts, ends = scores
    first, last, best_scores = best_span(starts, ends, max_length=max_length)
    for row in range(len(starts)):
        best = -np.inf, None
        for i in range(starts.shape[1]):
            for j in range(i, min(i + max_length, starts.shape[1])):
                if starts[row, i] + ends[row, j] > best[0]:
                    best = starts[row, i] + ends[row, j], (i, j)
        assert best_scores[row] == best[0]
        if best[1] is not None:
            assert (first[row], last[row]) == best[1]


def test_bad_input():
    with pytest.raises(ValueError, match="max_length of 1 or more. Received: 0"):
        best_span(np.zeros((1, 2)), np.zeros((1, 2)), max_length=0)
    with pytest.raises(ValueError, match=r"one shape \[b, s\]"):
        best_span(np.zeros((1, 2)), np.zeros((1, 3)), max_length=1)
