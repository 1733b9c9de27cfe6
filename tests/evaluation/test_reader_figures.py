"""The best of the right answers counts, and no answer where there is none."""

import pytest

from textzoo.evaluation import ReaderFigures, reader_figures


def test_figures_by_hand():
    found = reader_figures(["the Nile", "北京市", "", "so", ""], [["Nile"], ["上海", "北京"], [], [], ["x"]])
    assert found == ReaderFigures(5, 0.4, pytest.approx((1 + 0.8 + 1) / 5), 3, 1 / 3, pytest.approx(0.6), 2, 0.5)


def test_nothing_to_measure():
    assert reader_figures([], []) == ReaderFigures(0, 0.0, 0.0, 0, 0.0, 0.0, 0, 0.0)


def test_bad_input():
    with pytest.raises(ValueError, match="an answer to each of 2 questions. Received: 1"):
        reader_figures(["x"], [["x"], ["y"]])
