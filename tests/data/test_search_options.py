"""Search options: checks, and equal options as one setting of a compiled loop."""

import gc

import numpy as np
import pytest

from textzoo.generation import SearchOptions, compile_loop

pytestmark = pytest.mark.graph


def test_equal_options_are_one_trace():
    """Every call gets a new object, and the one before is gone."""
    scaled = compile_loop(lambda x, *, options: x * options.num_beams)
    for num_beams in (2, 2, 3, 2):
        result = scaled(np.ones(2, "float32"), options=SearchOptions(num_beams=num_beams, length_penalty=0.6))
        np.testing.assert_array_equal(result, np.full(2, num_beams))
        gc.collect()
    assert scaled.traces == 2


def test_max_length_must_hold_the_minimum():
    SearchOptions(num_beams=1, min_length=4).check_max_length(4)
    with pytest.raises(ValueError, match="min_length of at most max_length 3. Received: 4"):
        SearchOptions(num_beams=1, min_length=4).check_max_length(3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_beams": 0}, "num_beams of 1 or more. Received: 0"),
        ({"num_beams": -2}, "num_beams of 1 or more. Received: -2"),
        ({"num_beams": "2"}, "num_beams of 1 or more. Received: '2'"),
        ({"length_penalty": -1.0}, "length_penalty from 0 to 10. Received: -1.0"),
        ({"length_penalty": float("nan")}, "length_penalty from 0 to 10. Received: nan"),
        ({"length_penalty": None}, "length_penalty from 0 to 10. Received: None"),
        ({"min_length": 1.5}, "min_length and no_repeat_ngram_size of 0 or more. Received: 1.5 and 0"),
        ({"min_length": -1}, "min_length and no_repeat_ngram_size of 0 or more. Received: -1 and 0"),
        ({"no_repeat_ngram_size": -1}, "of 0 or more. Received: 0 and -1"),
    ],
)
def test_invalid_options_raise(options, message):
    with pytest.raises(ValueError, match=message):
        SearchOptions(**{"num_beams": 2} | options)
