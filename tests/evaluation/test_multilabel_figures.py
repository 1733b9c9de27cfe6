"""Figures by hand, against the metrics of training, in text and json."""

import json

import numpy as np
import pytest

from textzoo.evaluation import multilabel_figures
from textzoo.models import LogitF1Score


def test_by_hand():
    wanted = np.array([[1, 0], [0, 0], [1, 1], [0, 0]])
    logits = np.array([[2.0, -1.0], [-1.0, -1.0], [1.0, -1.0], [1.0, -2.0]])
    figures = multilabel_figures(wanted, logits, ["人", "never"])
    assert figures.texts == 4 and figures.threshold == 0
    assert figures.micro_f1 == pytest.approx(2 * 2 / (3 + 3))
    assert figures.macro_f1 == pytest.approx((0.8 + 0) / 2)
    assert (figures.exact, figures.mean_labels, figures.mean_predicted) == (0.5, 0.75, 0.75)
    assert sum(figures.histogram.positive) == 3 and sum(figures.histogram.negative) == 5


def test_the_same_as_the_metrics_of_training():
    rng = np.random.default_rng(0)
    wanted, logits = rng.uniform(size=(40, 6)) < 0.2, rng.normal(size=(40, 6)).astype("float32")
    wanted[:, 2] = False
    figures = multilabel_figures(wanted, logits, list("abcdef"), threshold=0.25)
    for average in ("micro", "macro"):
        metric = LogitF1Score(6, average, 0.25)
        metric.update_state(wanted, logits)
        np.testing.assert_allclose(getattr(figures, f"{average}_f1"), metric.result(), rtol=1e-6)


def test_texts_without_labels_only():
    figures = multilabel_figures(np.zeros((3, 2)), np.full((3, 2), -1.0), ["a", "b"])
    assert (figures.micro_f1, figures.macro_f1, figures.exact, figures.mean_labels) == (0, 0, 1, 0)


def test_as_text_and_as_json():
    figures = multilabel_figures(np.array([[1, 0]]), np.array([[1.0, -1.0]]), ["感激", "joy"], 0.5)
    lines = str(figures).split("\n")
    assert lines[:3] == [
        "1 texts, threshold 0.5",
        "micro F1 1.0000, macro F1 0.5000, all labels right 1.0000",
        "labels a text: 1.000, given 1.000",
    ]
    assert [line.split() for line in lines[5:7]] == [
        ["感激", "1", "1", "1.0000", "1.0000", "1.0000"],
        ["joy", "0", "0", "0.0000", "0.0000", "0.0000"],
    ]
    plain = json.loads(json.dumps(figures.as_dict()))
    assert plain["rows"][0] == {"label": "感激", "positives": 1, "predicted": 1} | dict.fromkeys(
        ("precision", "recall", "f1"), 1.0
    )
    assert plain["histogram"]["positive"] == figures.histogram.positive and plain["micro_f1"] == 1


def test_no_texts():
    with pytest.raises(ValueError, match="Expected texts to compare. Received: none"):
        multilabel_figures(np.zeros((0, 2)), np.zeros((0, 2)), ["a", "b"])
