"""Metrics of extractive question answering, by hand."""

import pytest

from textzoo.metrics import ExtractiveQAMetrics, extractive_qa_metrics


def test_metrics_by_hand():
    metrics = extractive_qa_metrics(["the Nile", "北京市", "", "so", ""], [["Nile"], ["上海", "北京"], [], [], ["x"]])
    assert metrics == ExtractiveQAMetrics(
        questions=5,
        exact_match=0.4,
        f1=pytest.approx((1 + 0.8 + 1) / 5),
        answerable=3,
        answerable_exact_match=1 / 3,
        answerable_f1=pytest.approx(0.6),
        unanswerable=2,
        unanswerable_accuracy=0.5,
    )


def test_nothing_to_measure():
    assert extractive_qa_metrics([], []) == ExtractiveQAMetrics(
        questions=0,
        exact_match=0.0,
        f1=0.0,
        answerable=0,
        answerable_exact_match=0.0,
        answerable_f1=0.0,
        unanswerable=0,
        unanswerable_accuracy=0.0,
    )


def test_bad_input():
    with pytest.raises(ValueError, match="an answer to each of 2 questions. Received: 1"):
        extractive_qa_metrics(["x"], [["x"], ["y"]])
