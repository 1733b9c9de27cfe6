"""The plot shows the values of the history at proportional heights."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from textzoo.reports import training_plot

SVG = "{http://www.w3.org/2000/svg}"
HISTORY = {
    "loss": [1.0, 0.6, 0.5],
    "raw_loss": [1.0, 0.4, 0.0],
    "val_loss": [1.0, 0.8, 0.5],
    "val_raw_loss": [1.0, 0.8, 0.5],
    "val_f1": [0.2, 0.6, 0.4],
}


def read(path):
    root = ElementTree.parse(path).getroot()
    lines = [
        np.array([[float(v) for v in point.split(",")] for point in line.get("points").split()])
        for line in root.iter(f"{SVG}polyline")
    ]
    return lines, [text.text for text in root.iter(f"{SVG}text")]


def test_draws_raw_loss_level_and_metric(tmp_path):
    lines, texts = read(training_plot(HISTORY, tmp_path / "plot.svg", flooding_level=0.5))
    assert len(lines) == 3 and {"raw_loss", "val_loss", "level 0.5", "val_f1"} <= set(texts)
    heights = lines[0][:, 1]
    np.testing.assert_allclose((heights[2] - heights[1]) / (heights[2] - heights[0]), 0.4, atol=0.01)
    assert heights[2] > heights[1] > heights[0]  # y grows downwards
    assert np.ptp(np.diff(lines[0][:, 0])) < 0.2  # epochs evenly spaced
    np.testing.assert_allclose(lines[1][2, 1], (heights[0] + heights[2]) / 2, atol=0.2)


def test_without_flooding_or_validation(tmp_path):
    lines, texts = read(training_plot({"loss": [0.5]}, tmp_path / "plot.svg"))
    assert len(lines) == 1 and "loss" in texts


def test_metric_can_be_chosen_and_non_finite_values_are_skipped(tmp_path):
    history = {**HISTORY, "val_<a&b>": [float("nan"), 1.0, 1.0]}
    lines, texts = read(training_plot(history, tmp_path / "plot.svg", metric="val_<a&b>"))
    assert len(lines[-1]) == 2 and "val_<a&b>" in texts


@pytest.mark.parametrize(("history", "metric"), [({"val_f1": [1]}, None), (HISTORY, "f2")])
def test_bad_history(history, metric, tmp_path):
    with pytest.raises(ValueError, match="Expected a .*Received"):
        training_plot(history, tmp_path / "plot.svg", metric=metric)
