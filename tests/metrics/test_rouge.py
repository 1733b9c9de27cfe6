"""ROUGE-L against the textbook recursion."""

import functools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import metric_units
from textzoo.metrics import rouge_l, rouge_n

TEXTS = st.text(alphabet="天气晴雨ab c1。？", max_size=12)


@functools.cache
def lcs(a, b):
    if not a or not b:
        return 0
    if a[-1] == b[-1]:
        return lcs(a[:-1], b[:-1]) + 1
    return max(lcs(a[:-1], b), lcs(a, b[:-1]))


def slow_rouge_l(prediction, reference):
    p, r = tuple(metric_units(prediction)), tuple(metric_units(reference))
    common = lcs(p, r)
    if not common:
        return 0.0
    precision, recall = common / len(p), common / len(r)
    return 2 * precision * recall / (precision + recall)


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS)
def test_equals_the_recursion(prediction, reference):
    np.testing.assert_allclose(rouge_l(prediction, reference), slow_rouge_l(prediction, reference), atol=1e-12)


def test_order_counts_in_chinese():
    assert rouge_l("北京欢迎你", "你欢迎北京") < 0.5
    assert rouge_l("北京欢迎你", "北京欢迎你") == 1.0


def test_best_reference_counts():
    assert rouge_l("谁来了", ["不相干", "谁来了"]) == 1.0


@pytest.mark.parametrize("references", ["", [], "。"])
def test_nothing_to_compare_is_zero(references):
    assert rouge_l("谁来了", references) == 0.0


def test_units_of_mixed_text():
    assert metric_units("𠀀在B2层, don't！") == ["𠀀", "在", "b2", "层", "don't"]


TEXTS = st.text(alphabet="天气晴雨ab c1。？", max_size=12)


def grams(text, n):
    parts = metric_units(text)
    return Counter(tuple(parts[i : i + n]) for i in range(len(parts) - n + 1))


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS, st.integers(1, 3))
def test_equals_counting(prediction, reference, n):
    mine, right = grams(prediction, n), grams(reference, n)
    common = (mine & right).total()
    expected = 2 * common / (mine.total() + right.total()) if common else 0.0
    np.testing.assert_allclose(rouge_n(prediction, reference, n), expected, atol=1e-12)


def test_best_reference_counts_for_rouge_n():
    assert rouge_n("谁来了", ["不相干", "谁来了"], 2) == 1.0
    assert rouge_n("谁来了", [], 2) == 0.0


@pytest.mark.parametrize("n", [0, 10])
def test_bad_n(n):
    with pytest.raises(ValueError, match="Expected n in"):
        rouge_n("谁", "谁", n)
