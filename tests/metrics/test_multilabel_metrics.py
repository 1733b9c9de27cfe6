"""Multi-label metrics against counting, and against the Keras metric."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import LabelRow, label_table, multilabel_metrics
from textzoo.models import LogitF1Score


def test_label_table_by_hand():
    targets = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    logits = np.array([[2.0, -1.0, 1.0], [-1.0, 0.5, -1.0], [1.0, 3.0, -1.0], [-1.0, -1.0, -1.0]])
    assert label_table(targets, logits, labels=["a", "b", "c"]) == [
        LabelRow("a", positives=2, predicted=2, precision=0.5, recall=0.5, f1=0.5),
        LabelRow("b", positives=2, predicted=2, precision=1.0, recall=1.0, f1=1.0),
        LabelRow("c", positives=0, predicted=1, precision=0.0, recall=0.0, f1=0.0),
    ]
    assert [row.predicted for row in label_table(targets, logits, labels=["a", "b", "c"], threshold=1.5)] == [1, 1, 0]


@settings(max_examples=50)
@given(st.integers(1, 10), st.integers(1, 4), st.integers(0, 10**6))
def test_equals_counting(texts, labels, seed):
    rng = np.random.default_rng(seed)
    targets, logits = rng.integers(0, 2, (texts, labels)), rng.normal(size=(texts, labels))
    for column, row in enumerate(label_table(targets, logits, labels=[str(i) for i in range(labels)])):
        pairs = [(t == 1, s > 0) for t, s in zip(targets[:, column], logits[:, column], strict=True)]
        true_positives = sum(t and p for t, p in pairs)
        assert (row.positives, row.predicted) == (sum(t for t, _ in pairs), sum(p for _, p in pairs))
        assert row.precision * row.predicted == pytest.approx(true_positives)
        assert row.recall * row.positives == pytest.approx(true_positives)
        if true_positives:
            assert row.f1 == pytest.approx(2 * row.precision * row.recall / (row.precision + row.recall))
        else:
            assert row.f1 == 0


def test_wrong_shapes():
    with pytest.raises(ValueError, match=r"Expected y_true and logits \[texts, 2\]. Received: \(1, 3\) and \(1, 3\)"):
        label_table(np.zeros((1, 3)), np.zeros((1, 3)), labels=["a", "b"])
    with pytest.raises(ValueError, match=r"Received: \(2, 2\) and \(1, 2\)"):
        label_table(np.zeros((2, 2)), np.zeros((1, 2)), labels=["a", "b"])


def test_metrics_by_hand():
    targets = np.array([[1, 0], [0, 0], [1, 1], [0, 0]])
    logits = np.array([[2.0, -1.0], [-1.0, -1.0], [1.0, -1.0], [1.0, -2.0]])
    metrics = multilabel_metrics(targets, logits, labels=["人", "never"])
    assert metrics.texts == 4 and metrics.threshold == 0
    assert metrics.micro_f1 == pytest.approx(2 * 2 / (3 + 3))
    assert metrics.macro_f1 == pytest.approx((0.8 + 0) / 2)
    assert (metrics.exact, metrics.mean_labels, metrics.mean_predicted) == (0.5, 0.75, 0.75)
    assert sum(metrics.histogram.positive) == 3 and sum(metrics.histogram.negative) == 5


def test_equals_the_keras_metric_of_training():
    rng = np.random.default_rng(0)
    targets, logits = rng.uniform(size=(40, 6)) < 0.2, rng.normal(size=(40, 6)).astype("float32")
    targets[:, 2] = False
    metrics = multilabel_metrics(targets, logits, labels=list("abcdef"), threshold=0.25)
    for average in ("micro", "macro"):
        metric = LogitF1Score(6, average, threshold=0.25)
        metric.update_state(targets, logits)
        np.testing.assert_allclose(getattr(metrics, f"{average}_f1"), metric.result(), rtol=1e-6)


def test_texts_without_labels_only():
    metrics = multilabel_metrics(np.zeros((3, 2)), np.full((3, 2), -1.0), labels=["a", "b"])
    assert (metrics.micro_f1, metrics.macro_f1, metrics.exact, metrics.mean_labels) == (0, 0, 1, 0)


def test_as_text_and_as_json():
    metrics = multilabel_metrics(np.array([[1, 0]]), np.array([[1.0, -1.0]]), labels=["感激", "joy"], threshold=0.5)
    lines = str(metrics).split("\n")
    assert lines[:3] == [
        "1 texts, threshold 0.5",
        "micro F1 1.0000, macro F1 0.5000, all labels right 1.0000",
        "labels a text: 1.000, given 1.000",
    ]
    assert [line.split() for line in lines[5:7]] == [
        ["感激", "1", "1", "1.0000", "1.0000", "1.0000"],
        ["joy", "0", "0", "0.0000", "0.0000", "0.0000"],
    ]
    plain = json.loads(json.dumps(metrics.as_dict()))
    assert plain["rows"][0] == {"label": "感激", "positives": 1, "predicted": 1} | dict.fromkeys(
        ("precision", "recall", "f1"), 1.0
    )
    assert plain["histogram"]["positive"] == metrics.histogram.positive and plain["micro_f1"] == 1


def test_no_texts():
    with pytest.raises(ValueError, match="Expected at least one text. Received: none"):
        multilabel_metrics(np.zeros((0, 2)), np.zeros((0, 2)), labels=["a", "b"])
