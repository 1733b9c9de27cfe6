"""ROUGE-N against counting by hand."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.evaluation import rouge_n, units

TEXTS = st.text(alphabet="天气晴雨ab c1。？", max_size=12)


def grams(text, n):
    parts = units(text)
    return Counter(tuple(parts[i : i + n]) for i in range(len(parts) - n + 1))


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS, st.integers(1, 3))
def test_equals_counting(prediction, reference, n):
    mine, right = grams(prediction, n), grams(reference, n)
    common = (mine & right).total()
    expected = 2 * common / (mine.total() + right.total()) if common else 0.0
    np.testing.assert_allclose(rouge_n(prediction, reference, n), expected, atol=1e-12)


def test_best_reference_counts():
    assert rouge_n("谁来了", ["不相干", "谁来了"], 2) == 1.0
    assert rouge_n("谁来了", [], 2) == 0.0


@pytest.mark.parametrize("n", [0, 10])
def test_bad_n(n):
    with pytest.raises(ValueError, match="Expected n in"):
        rouge_n("谁", "谁", n)
