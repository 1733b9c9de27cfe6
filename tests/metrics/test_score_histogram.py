"""Histogram of scores: every score is in one bin, on the correct side of the threshold."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import score_histogram


@settings(max_examples=50)
@given(st.lists(st.floats(-20, 20), min_size=1, max_size=30), st.floats(-3, 3), st.integers(1, 9), st.integers(0, 99))
def test_sides_add_up_to_the_decisions(scores, threshold, bins_per_side, seed):
    logits = np.array([scores])
    targets = np.random.default_rng(seed).integers(0, 2, logits.shape)
    histogram = score_histogram(targets, logits, threshold=threshold, bins_per_side=bins_per_side)
    assert len(histogram.edges) == 2 * bins_per_side + 1 and histogram.edges[bins_per_side] == 0
    above = logits - threshold > 0
    for counts, rows in ((histogram.positive, targets == 1), (histogram.negative, targets == 0)):
        assert (
            sum(counts[:bins_per_side]) == (rows & ~above).sum() and sum(counts[bins_per_side:]) == (rows & above).sum()
        )


def test_bins():
    logits = np.array([[-50.0, -1.5, -1.0, 0.0, 0.5, 1.0, 1.5, 99.0, -np.inf, np.nan]])
    histogram = score_histogram(np.zeros((1, 10)), logits, bins_per_side=2)
    assert histogram.negative == [3, 1, 2, 2] and histogram.positive == [0] * 4


def test_drawn():
    lines = str(score_histogram(np.array([[1, 1, 0]]), np.array([[0.5, 0.6, -3.0]]), bins_per_side=2)).split("\n")
    assert [line.split() for line in lines[1:]] == [
        ["below", "-1", "0", "1", "#" * 20],
        ["-1", "to", "0", "0", "0"],
        ["threshold", "-" * 48],
        ["0", "to", "1", "2", "#" * 20, "0"],
        ["above", "1", "0", "0"],
    ]
