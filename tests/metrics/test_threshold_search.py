"""Threshold searches against exhaustive search."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import best_threshold, label_thresholds, multilabel_metrics, search_thresholds

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=1, max_size=9)


@given(ROWS, st.sampled_from([0.0, 0.3, 0.5, 1.0]))
@settings(max_examples=150)
def test_equals_exhaustive_search(rows, min_recall):
    scores, is_correct = np.array([row[:2] for row in rows], float), np.array([row[2] for row in rows])
    if not is_correct.any():
        is_correct[0] = True
    result = search_thresholds(scores, is_correct, min_recall=min_recall)
    best = (-1.0, -1.0)
    for thresholds in itertools.product([-np.inf, *range(5)], repeat=2):
        kept = (scores >= thresholds).all(axis=1)
        true_positives = (kept & is_correct).sum()
        if true_positives and true_positives / is_correct.sum() >= min_recall:
            best = max(best, (true_positives / kept.sum(), true_positives / is_correct.sum()))
    np.testing.assert_allclose((result.precision, result.recall), best)
    kept = (scores >= result.thresholds).all(axis=1)
    np.testing.assert_allclose(result.precision, is_correct[kept].mean())
    np.testing.assert_allclose(result.recall, is_correct[kept].sum() / is_correct.sum())


def test_many_values_are_reduced_to_quantiles():
    random = np.random.default_rng(0)
    is_correct = random.random(3000) < 0.5
    scores = np.stack([is_correct + random.normal(size=3000), random.normal(size=3000)], axis=1)
    result = search_thresholds(scores, is_correct, min_recall=0.5)
    assert result.recall >= 0.5 and result.precision > 0.7 and len(result.thresholds) == 2


@pytest.mark.parametrize(
    ("scores", "is_correct", "recall", "message"),
    [
        ([[1.0]], [False], 0.5, "Expected at least one correct item. Received: 0 of 1"),
        ([[1.0]], [True], 1.5, r"Expected min_recall in \[0, 1\]"),
        ([1.0], [True], 0.5, "Expected scores"),
        ([[1.0]], [True, False], 0.5, "Expected scores"),
    ],
)
def test_bad_input(scores, is_correct, recall, message):
    with pytest.raises(ValueError, match=message):
        search_thresholds(np.array(scores), np.array(is_correct), min_recall=recall)


@settings(max_examples=40)
@given(st.integers(1, 7), st.integers(1, 3), st.sampled_from(["micro", "macro"]), st.integers(0, 10**6))
def test_no_threshold_has_a_higher_f1(texts, labels, average, seed):
    """Compares with exhaustive search; there are more candidates than scores."""
    rng = np.random.default_rng(seed)
    targets, logits = rng.integers(0, 2, (texts, labels)), rng.normal(size=(texts, labels))
    names = [str(i) for i in range(labels)]

    def f1(threshold):
        return getattr(multilabel_metrics(targets, logits, labels=names, threshold=threshold), f"{average}_f1")

    best = max(map(f1, [-10.0, 0.0, *logits.ravel()]))
    assert f1(best_threshold(targets, logits, average=average, num_candidates=2000)) == pytest.approx(best)


def test_ties_give_the_threshold_nearest_to_0():
    assert best_threshold(np.array([[1], [0]]), np.array([[2.0], [-2.0]])) == 0
    assert best_threshold(np.array([[0], [0]]), np.array([[2.0], [-2.0]])) == 0


@settings(max_examples=60)
@given(st.integers(1, 7), st.integers(0, 10**6))
def test_no_threshold_of_a_label_has_a_higher_f1(texts, seed):
    """Compares with exhaustive search, ties and all-positive labels among the cases."""
    rng = np.random.default_rng(seed)
    targets, logits = rng.integers(0, 2, (texts, 2)), rng.integers(-2, 3, (texts, 2)).astype(float)
    found = label_thresholds(targets, logits)
    for target, column, threshold in zip(targets.T, logits.T, found, strict=True):

        def f1(value, target=target, column=column):
            predicted = column > value
            return 2 * (target & predicted).sum() / max(1, target.sum() + predicted.sum())

        middles = {(a + b) / 2 for a in column for b in column}
        best = max(map(f1, [-10.0, 0.0, 10.0, *middles]))
        assert f1(threshold) == pytest.approx(best) and (f1(0.0) < best or threshold == 0)


def test_label_thresholds_of_other_shapes():
    with pytest.raises(ValueError, match="Expected y_true and logits"):
        label_thresholds(np.ones((2, 1)), np.ones((2, 2)))


def test_unknown_average():
    with pytest.raises(ValueError, match="average 'micro' or 'macro'. Received: 'mean'"):
        best_threshold(np.ones((1, 1)), np.ones((1, 1)), average="mean")
