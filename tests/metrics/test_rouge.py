"""ROUGE-L against the textbook recursion, ROUGE-N against counting."""

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
    predicted, positives = tuple(metric_units(prediction)), tuple(metric_units(reference))
    common = lcs(predicted, positives)
    if not common:
        return 0.0
    precision, recall = common / len(predicted), common / len(positives)
    return 2 * precision * recall / (precision + recall)


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_rouge_l_equals_the_recursion(prediction, reference):
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


def ngrams(text, n):
    units = metric_units(text)
    return Counter(tuple(units[i : i + n]) for i in range(len(units) - n + 1))


@settings(max_examples=60)
@given(TEXTS, TEXTS, st.integers(1, 3))
def test_rouge_n_equals_counting(prediction, reference, n):
    predicted, positives = ngrams(prediction, n), ngrams(reference, n)
    common = (predicted & positives).total()
    expected = 2 * common / (predicted.total() + positives.total()) if common else 0.0
    np.testing.assert_allclose(rouge_n(prediction, reference, n=n), expected, atol=1e-12)


def test_best_reference_counts_for_rouge_n():
    assert rouge_n("谁来了", ["不相干", "谁来了"], n=2) == 1.0
    assert rouge_n("谁来了", [], n=2) == 0.0


@pytest.mark.parametrize("n", [0, 10])
def test_bad_n(n):
    with pytest.raises(ValueError, match="Expected n in"):
        rouge_n("谁", "谁", n=n)
