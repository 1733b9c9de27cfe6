"""Figures of labels against counting, and against the Keras metric."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.evaluation import LabelRow, label_table


def test_by_hand():
    wanted = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    logits = np.array([[2.0, -1.0, 1.0], [-1.0, 0.5, -1.0], [1.0, 3.0, -1.0], [-1.0, -1.0, -1.0]])
    assert label_table(wanted, logits, ["a", "b", "c"]) == [
        LabelRow("a", 2, 2, 0.5, 0.5, 0.5),
        LabelRow("b", 2, 2, 1.0, 1.0, 1.0),
        LabelRow("c", 0, 1, 0.0, 0.0, 0.0),
    ]
    assert [row.predicted for row in label_table(wanted, logits, "abc", threshold=1.5)] == [1, 1, 0]


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 10), st.integers(1, 4), st.integers(0, 10**6))
def test_equals_counting(texts, labels, seed):
    rng = np.random.default_rng(seed)
    wanted, logits = rng.integers(0, 2, (texts, labels)), rng.normal(size=(texts, labels))
    for column, row in enumerate(label_table(wanted, logits, [str(i) for i in range(labels)])):
        pairs = [(t == 1, s > 0) for t, s in zip(wanted[:, column], logits[:, column], strict=True)]
        hits = sum(t and p for t, p in pairs)
        assert (row.positives, row.predicted) == (sum(t for t, _ in pairs), sum(p for _, p in pairs))
        assert row.precision * row.predicted == pytest.approx(hits)
        assert row.recall * row.positives == pytest.approx(hits)
        if hits:
            assert row.f1 == pytest.approx(2 * row.precision * row.recall / (row.precision + row.recall))
        else:
            assert row.f1 == 0


def test_other_shapes():
    with pytest.raises(ValueError, match=r"Expected y_true and logits \[texts, 2\]. Received: \(1, 3\) and \(1, 3\)"):
        label_table(np.zeros((1, 3)), np.zeros((1, 3)), ["a", "b"])
    with pytest.raises(ValueError, match=r"Received: \(2, 2\) and \(1, 2\)"):
        label_table(np.zeros((2, 2)), np.zeros((1, 2)), ["a", "b"])
