"""The chosen threshold against all there are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.evaluation import best_threshold, multilabel_figures


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 7), st.integers(1, 3), st.sampled_from(["micro", "macro"]), st.integers(0, 10**6))
def test_none_is_better(texts, labels, average, seed):
    """With more candidates than scores, exhaustive search agrees."""
    rng = np.random.default_rng(seed)
    wanted, logits = rng.integers(0, 2, (texts, labels)), rng.normal(size=(texts, labels))
    names = [str(i) for i in range(labels)]

    def f1(threshold):
        return getattr(multilabel_figures(wanted, logits, names, threshold), f"{average}_f1")

    best = max(map(f1, [-10.0, 0.0, *logits.ravel()]))
    assert f1(best_threshold(wanted, logits, average, candidates=2000)) == pytest.approx(best)


def test_of_equals_the_nearest_to_0():
    assert best_threshold(np.array([[1], [0]]), np.array([[2.0], [-2.0]])) == 0
    assert best_threshold(np.array([[0], [0]]), np.array([[2.0], [-2.0]])) == 0


def test_another_average():
    with pytest.raises(ValueError, match="average 'micro' or 'macro'. Received: 'mean'"):
        best_threshold(np.ones((1, 1)), np.ones((1, 1)), "mean")
