"""Smoothed step, sign, floor and round: quadrature in float64, limits and symmetries."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from tests.layers.smooth_functions.quadrature import Case, check_random_cases, value_and_slope
from textzoo.layers.smooth_functions import discontinuous, floor, round, sign, step

pytestmark = pytest.mark.graph

HARD = {step: lambda x: np.heaviside(x, 0.5), sign: np.sign, floor: np.floor, round: lambda x: np.floor(x + 0.5)}


def stairs(function, offset, Case):
    def case(x, reach):
        first, last = math.floor(x - reach) - 1, math.ceil(x + reach) + 1
        return Case(function, jumps={i + offset: 1.0 for i in range(first, last + 1)})

    return case


def make(function):
    if function is step:
        return step, Case(lambda y: float(y > 0), jumps={0: 1}), [0]
    if function is sign:
        return sign, Case(lambda y: math.copysign(1, y), jumps={0: 2}), [0]
    if function is floor:
        return floor, stairs(math.floor, 0, Case), [-3, 0, 1, 1000]
    return round, stairs(lambda y: math.floor(y + 0.5), 0.5, Case), [-2.5, -0.5, 0.5, 1000.5]


@pytest.mark.parametrize("function", HARD)
def test_random_cases_equal_quadrature(function, kernel, groups):
    check_random_cases(lambda rng: make(function), kernel, groups)


@pytest.mark.parametrize("function", HARD)
def test_width_to_0_gives_the_function(function, kernel):
    x = np.array([-999999.75, -7.25, -0.75, -1e-3, 1e-3, 0.25, 2.75, 12345.25], "float32")
    np.testing.assert_allclose(function(x, kernel=kernel, width=1e-5), HARD[function](x), rtol=1e-7)


@pytest.mark.parametrize("function", HARD)
@pytest.mark.parametrize("width", [1e-6, 1e-3, 0.1, 1.0, 100.0])
def test_finite_everywhere(function, width, kernel):
    x = np.array([0, 1e-45, -1e-30, 1e-6, 0.5, 1, 1.5, -2, 1e3, -1e6, 1e6, 999999.5], "float32")
    value, slope = value_and_slope(lambda x: function(x, kernel=kernel, width=width), x)
    assert np.isfinite(value).all() and np.isfinite(slope).all()
    assert slope.min() >= -1e-6


def test_the_two_sums_of_floor_agree(kernel, monkeypatch):
    """Steps near x and harmonics agree on both sides of the width that separates them."""
    x = np.linspace(-1.7, 2.3, 81).astype("float32")
    for width in (0.15, 0.25, 0.4):
        results = []
        for narrow in (0.0, math.inf):
            monkeypatch.setattr(discontinuous, "NARROW", narrow)
            results.append(value_and_slope(lambda x, w=width: floor(x, kernel=kernel, width=w), x))
        np.testing.assert_allclose(results[0], results[1], atol=3e-6)


def test_a_wide_floor_is_a_line(kernel):
    x = np.linspace(-3, 3, 50).astype("float32")
    np.testing.assert_allclose(floor(x, kernel=kernel, width=10.0), x - 0.5, atol=1e-6)


@settings(max_examples=40)
@given(st.floats(-1000, 1000, width=32), st.floats(1e-3, 2), st.sampled_from(["logistic", "gaussian"]))
def test_symmetries(x, width, kernel):
    at = np.array([x], "float32")
    np.testing.assert_allclose(
        step(at, kernel=kernel, width=width) + step(-at, kernel=kernel, width=width), 1, atol=1e-6
    )
    np.testing.assert_allclose(sign(-at, kernel=kernel, width=width), -sign(at, kernel=kernel, width=width), atol=1e-6)
    np.testing.assert_allclose(
        round(-at, kernel=kernel, width=width), -round(at, kernel=kernel, width=width), rtol=1e-6, atol=1e-6
    )
    np.testing.assert_allclose(
        floor(-at, kernel=kernel, width=width), -1 - floor(at, kernel=kernel, width=width), rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("function", HARD)
def test_invalid_arguments_raise(function):
    with pytest.raises(ValueError, match=r"Expected a positive, finite width. Received: width=-0.1"):
        function([1.0], kernel="gaussian", width=-0.1)
    for width in (0, math.nan, math.inf):
        with pytest.raises(ValueError, match="positive"):
            function([1.0], kernel="gaussian", width=width)
    with pytest.raises(ValueError, match=r"'logistic', 'gaussian'.*Received: kernel='normal'"):
        function([1.0], kernel="normal", width=0.1)


@pytest.mark.parametrize("function", HARD)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_the_dtype_is_kept(function, dtype, kernel):
    x = ops.cast(ops.convert_to_tensor([-3.25, 0.0, 0.375, 100.5]), dtype)
    result = function(x, kernel=kernel, width=1e-6)
    assert result.dtype == x.dtype
    at_the_jump = 0.5 if function is floor else 0  # halfway up
    expected = HARD[function](np.array([-3.25, 0, 0.375])) - [0, at_the_jump, 0]
    np.testing.assert_allclose(ops.convert_to_numpy(ops.cast(result, "float32"))[:3], expected)


def test_integers_become_floats(kernel):
    np.testing.assert_allclose(step(np.array([-2, 0, 3]), kernel=kernel, width=0.1), [0, 0.5, 1], atol=1e-6)
