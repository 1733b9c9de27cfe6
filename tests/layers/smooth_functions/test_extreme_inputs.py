"""Every smoothed function at infinity, NaN and huge numbers: value and slope of the exact function."""

import numpy as np
import pytest
from keras import ops

from tests.layers.smooth_functions.quadrature import value_and_slope
from textzoo.layers import smooth_functions as smoothed

INFINITY = np.inf
X = np.array([-INFINITY, -3e38, -1e30, 1e30, 3e38, INFINITY], "float32")
ZEROS, ONES = [0] * 6, [1] * 6
RAMP = ([0, 0, 0, 1e30, 3e38, INFINITY], [0, 0, 0, 1, 1, 1])
STEP = ([0, 0, 0, 1, 1, 1], ZEROS)
SIGN = ([-1, -1, -1, 1, 1, 1], ZEROS)


def smooth(function, kinks=()):
    return lambda x, kernel, width: smoothed.smooth(function, kernel=kernel, width=width, kinks=kinks)(x)


# Exact values, and slopes if the function is not a staircase.
CASES = {
    "step": (smoothed.step, *STEP),
    "sign": (smoothed.sign, *SIGN),
    "floor": (smoothed.floor, X, None),
    "round": (smoothed.round, X, None),
    "relu": (smoothed.relu, *RAMP),
    "leaky_relu": (
        lambda x, **options: smoothed.leaky_relu(x, 0.5, **options),
        np.where(X < 0, X / 2, X),
        [0.5, 0.5, 0.5, 1, 1, 1],
    ),
    "abs": (smoothed.abs, np.abs(X), [-1, -1, -1, 1, 1, 1]),
    "clip": (lambda x, **options: smoothed.clip(x, x_min=-1.0, x_max=1.0, **options), *SIGN),
    "maximum": (lambda x, **options: smoothed.maximum(x, 0.0, **options), *RAMP),
    "maximum of equals": (lambda x, **options: smoothed.maximum(x, x, **options), X, ONES),
    "soft_shrink": (lambda x, **options: smoothed.soft_shrink(x, 0.5, **options), X, ONES),
    "smooth tanh": (smooth(ops.tanh), *SIGN),
    "smooth relu": (smooth(ops.relu, [0.0]), *RAMP),
    "smooth sign": (smooth(ops.sign, [0.0]), *SIGN),
}


@pytest.mark.parametrize("width", [1e-6, 0.1, 1.0, 1000.0])
@pytest.mark.parametrize("name", CASES)
def test_huge_and_infinite_numbers(name, kernel, width):
    function, values, slopes = CASES[name]
    value, slope = value_and_slope(lambda x: function(x, kernel=kernel, width=width), X)
    np.testing.assert_allclose(value, np.asarray(values, "float32"), rtol=1e-6, atol=1e-6)
    if slopes is None:
        np.testing.assert_array_equal(slope[[0, -1]], 1)  # the mean slope
        assert np.isfinite(slope).all()
    else:
        np.testing.assert_allclose(slope, slopes, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_nan_stays_nan(name, kernel):
    value, _ = value_and_slope(lambda x: CASES[name][0](x, kernel=kernel, width=0.1), np.array([np.nan, 1], "float32"))
    assert np.isnan(value[0]) and not np.isnan(value[1])
