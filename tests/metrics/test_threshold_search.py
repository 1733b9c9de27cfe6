"""The best levels against trying every subset that levels can cut out."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import best_threshold, multilabel_metrics, search_thresholds

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=1, max_size=9)


@given(ROWS, st.sampled_from([0.0, 0.3, 0.5, 1.0]))
@settings(deadline=None, max_examples=150)
def test_equals_exhaustive_search(rows, recall):
    scores, right = np.array([row[:2] for row in rows], float), np.array([row[2] for row in rows])
    if not right.any():
        right[0] = True
    found = search_thresholds(scores, right, recall)
    best = (-1.0, -1.0)
    for levels in itertools.product([-np.inf, *range(5)], repeat=2):
        kept = (scores >= levels).all(axis=1)
        hits = (kept & right).sum()
        if hits and hits / right.sum() >= recall:
            best = max(best, (hits / kept.sum(), hits / right.sum()))
    np.testing.assert_allclose((found.precision, found.recall), best)
    kept = (scores >= found.levels).all(axis=1)
    np.testing.assert_allclose(found.precision, right[kept].mean())
    np.testing.assert_allclose(found.recall, right[kept].sum() / right.sum())


def test_many_values_are_thinned():
    random = np.random.default_rng(0)
    right = random.random(3000) < 0.5
    scores = np.stack([right + random.normal(size=3000), random.normal(size=3000)], axis=1)
    found = search_thresholds(scores, right, 0.5)
    assert found.recall >= 0.5 and found.precision > 0.7 and len(found.levels) == 2


@pytest.mark.parametrize(
    ("scores", "right", "recall", "message"),
    [
        ([[1.0]], [False], 0.5, "Expected something right"),
        ([[1.0]], [True], 1.5, r"Expected recall in \[0, 1\]"),
        ([1.0], [True], 0.5, "Expected scores"),
        ([[1.0]], [True, False], 0.5, "Expected scores"),
    ],
)
def test_bad_input(scores, right, recall, message):
    with pytest.raises(ValueError, match=message):
        search_thresholds(np.array(scores), np.array(right), recall)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 7), st.integers(1, 3), st.sampled_from(["micro", "macro"]), st.integers(0, 10**6))
def test_none_is_better(texts, labels, average, seed):
    """With more candidates than scores, exhaustive search agrees."""
    rng = np.random.default_rng(seed)
    wanted, logits = rng.integers(0, 2, (texts, labels)), rng.normal(size=(texts, labels))
    names = [str(i) for i in range(labels)]

    def f1(threshold):
        return getattr(multilabel_metrics(wanted, logits, names, threshold), f"{average}_f1")

    best = max(map(f1, [-10.0, 0.0, *logits.ravel()]))
    assert f1(best_threshold(wanted, logits, average, candidates=2000)) == pytest.approx(best)


def test_of_equals_the_nearest_to_0():
    assert best_threshold(np.array([[1], [0]]), np.array([[2.0], [-2.0]])) == 0
    assert best_threshold(np.array([[0], [0]]), np.array([[2.0], [-2.0]])) == 0


def test_another_average():
    with pytest.raises(ValueError, match="average 'micro' or 'macro'. Received: 'mean'"):
        best_threshold(np.ones((1, 1)), np.ones((1, 1)), "mean")
