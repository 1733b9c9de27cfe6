"""Pair quality: its file, every bad field, and a comparison with numpy."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textzoo.data import PairQuality
from textzoo.data.qa.pair_quality import read_pair_quality

CONTENT = {"intercept": 2.5, "min_probability": 0.6, "question_logprob": 0.75, "round_trip": 1.5}
numbers = st.floats(-50, 50)


@given(numbers, numbers, numbers, numbers)
def test_it_is_the_logistic_function_of_a_sum(intercept, weight, score, round_trip):
    quality = PairQuality(intercept, {"score": weight, "round_trip": 2.0}, min_probability=0.5)
    with np.errstate(over="ignore"):
        expected = 1 / (1 + np.exp(-np.float64(intercept + weight * score + 2 * round_trip)))
    assert quality.probability({"score": score, "round_trip": round_trip, "rank": 7.0}) == pytest.approx(expected)
    assert quality.probability({"score": score, "round_trip": None}) == quality.probability({"score": score})


def test_it_is_read_from_the_folder_of_a_model(tmp_path):
    assert read_pair_quality(tmp_path) is None
    (tmp_path / "pair_quality.json").write_text(json.dumps(CONTENT))
    weights = {"question_logprob": 0.75, "round_trip": 1.5}
    assert read_pair_quality(tmp_path) == PairQuality(2.5, weights, min_probability=0.6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"intercept": None}, "expected intercept to be a finite number"),
        ({"intercept": True}, "expected intercept to be a finite number"),
        ({"min_probability": 1.5}, "expected min_probability to be a number of at least 0 and below 1"),
        ({"round_trip": "x"}, "expected round_trip to be a finite number"),
        ({"rank": 1.0}, "unknown field rank"),
    ],
)
def test_bad_fields_are_named(tmp_path, change, message):
    (tmp_path / "pair_quality.json").write_text(json.dumps(CONTENT | change))
    with pytest.raises(ValueError, match=message):
        read_pair_quality(tmp_path)
