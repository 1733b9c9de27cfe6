"""Smoothed piecewise linear functions: quadrature in float64, limits, symmetries and edge cases."""

import math

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from tests.layers.smooth_functions.quadrature import Case, check_random_cases, compiled, value_and_slope
from textzoo.layers.smooth_functions import abs as smooth_abs
from textzoo.layers.smooth_functions import clip, leaky_relu, maximum, relu, soft_shrink

pytestmark = pytest.mark.graph

KERNELS = ["logistic", "gaussian"]
NAMES = ["relu", "leaky_relu", "abs", "clip", "maximum", "maximum_of_y", "soft_shrink"]
widths = st.floats(1e-6, 3)
numbers = st.floats(-100, 100, width=32)


def make(name, rng, Case):
    """Returns a smooth function of `(x, kernel, width)` with random parameters, its limit and its kinks."""
    if name == "relu":
        return relu, Case(lambda y: max(y, 0), lambda y: float(y > 0), [0]), [0]
    if name == "leaky_relu":
        a = rng.uniform(-0.5, 1.5)
        case = Case(lambda y: y if y > 0 else a * y, lambda y: 1 if y > 0 else a, [0])
        return lambda x, kernel, width: leaky_relu(x, a, kernel=kernel, width=width), case, [0]
    if name == "abs":
        return smooth_abs, Case(abs, lambda y: math.copysign(1, y), [0]), [0]
    if name == "clip":
        a, b = sorted(rng.normal(0, 2, 2).tolist())
        case = Case(lambda y: min(max(y, a), b), lambda y: float(a < y < b), [a, b])
        return lambda x, kernel, width: clip(x, x_min=a, x_max=b, kernel=kernel, width=width), case, [a, b]
    if name in ("maximum", "maximum_of_y"):
        other = float(np.float32(rng.normal(0, 2)))
        case = Case(lambda y: max(y, other), lambda y: float(y > other), [other])
        if name == "maximum":
            return lambda x, kernel, width: maximum(x, other, kernel=kernel, width=width), case, [other]
        return lambda x, kernel, width: maximum(other, x, kernel=kernel, width=width), case, [other]
    a = rng.uniform(0.01, 2)
    case = Case(lambda y: math.copysign(max(abs(y) - a, 0), y), lambda y: float(abs(y) > a), [-a, a])
    return lambda x, kernel, width: soft_shrink(x, a, kernel=kernel, width=width), case, [-a, a]


@pytest.mark.parametrize("name", NAMES)
def test_random_cases_equal_quadrature(name, kernel, groups):
    check_random_cases(lambda rng: make(name, rng, Case), kernel, groups)


@pytest.mark.parametrize("name", NAMES)
def test_width_to_0_gives_the_function(name, kernel):
    function, case, kinks = make(name, np.random.default_rng(3), Case)
    x = np.append(kinks, np.linspace(-5, 5, 101)).astype("float32")
    expected = np.array([case.function(v) for v in x.tolist()])
    errors = [np.abs(function(x, kernel=kernel, width=width) - expected).max() for width in (1.0, 0.1, 0.01, 1e-6)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 3e-6
    far = np.array([-1e6, 1e6], "float32")
    np.testing.assert_allclose(
        function(far, kernel=kernel, width=1e-6), [case.function(v) for v in far.tolist()], rtol=1e-6, atol=1e-12
    )


@pytest.mark.parametrize("width", [1e-6, 1e-3, 0.5, 2.0])
def test_error_at_the_kink(width):
    np.testing.assert_allclose(relu(0.0, kernel="logistic", width=width), width * math.log(2), rtol=1e-6)
    np.testing.assert_allclose(relu(0.0, kernel="gaussian", width=width), width / math.sqrt(2 * math.pi), rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [1e-6, 1e-3, 1.0])
def test_finite_everywhere(name, width, kernel):
    function, _, kinks = make(name, np.random.default_rng(3), Case)
    x = np.array([0, 1e-45, -1e-30, 1e-6, -1e-6, 1, -2, 1e3, -1e6, 1e6, *kinks], "float32")
    value, slope = value_and_slope(lambda x: function(x, kernel=kernel, width=width), x)
    assert np.isfinite(value).all() and np.isfinite(slope).all()


def test_logistic_relu_is_softplus_and_gaussian_relu_is_not_gelu():
    x = np.linspace(-8, 8, 65).astype("float32")
    np.testing.assert_allclose(relu(x, kernel="logistic", width=1.0), ops.softplus(x), rtol=1e-6, atol=1e-7)
    bump = np.exp(-(np.float64(x) ** 2) / 2) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(
        relu(x, kernel="gaussian", width=1.0), keras.ops.gelu(x, approximate=False) + bump, atol=1e-6
    )


def test_maximum_is_a_log_sum_exp(kernel):
    x, y = np.float32([1, 2, -1e9, 1]), np.float32([1, -3, 1, -1e9])
    np.testing.assert_allclose(maximum(x, y, kernel="logistic", width=0.5), np.logaddexp(2 * x, 2 * y) / 2, rtol=1e-6)
    np.testing.assert_allclose(maximum(x[:, None], y, kernel=kernel, width=1e-6), np.maximum(x[:, None], y), rtol=1e-6)


def test_a_tie_shares_the_gradient(kernel):
    for function in (
        lambda x: maximum(x, 2.0, kernel=kernel, width=0.1),
        lambda x: maximum(2.0, x, kernel=kernel, width=0.1),
    ):
        np.testing.assert_allclose(value_and_slope(function, np.float32([2]))[1], [0.5])


def test_slope_of_leaky_relu_gets_a_gradient(kernel):
    x = np.linspace(-2, 2, 9).astype("float32")
    _, slope = value_and_slope(lambda a: leaky_relu(x, a, kernel=kernel, width=0.3), np.full(9, 0.25, "float32"))
    np.testing.assert_allclose(slope, x - ops.convert_to_numpy(relu(x, kernel=kernel, width=0.3)), atol=1e-6)


def test_second_derivative(kernel):
    """Second derivatives, as a gradient penalty needs them."""
    x, width, h = np.linspace(-1, 1, 21), 0.3, 1e-3
    slopes = [value_and_slope(lambda x: relu(x, kernel=kernel, width=width), np.float32(x + d))[1] for d in (-h, h)]
    expected = (np.float64(slopes[1]) - slopes[0]) / (2 * h)

    def slope(x):
        return _gradient(lambda y: relu(y, kernel=kernel, width=width), x)

    np.testing.assert_allclose(value_and_slope(slope, np.float32(x))[1], expected, atol=2e-3)


def _gradient(function, x):
    """Returns a gradient that is connected to x for a second derivative."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x)
        return tape.gradient(value, x)
    if backend == "jax":
        import jax

        return jax.grad(lambda x: ops.sum(function(x)))(x)
    import torch

    return torch.autograd.grad(ops.sum(function(x)), x, create_graph=True)[0]


def test_compiled_equals_eager(kernel):
    """Compilers keep the digits of a kink that float32 drops."""
    x = np.float32(0.3) + np.linspace(-3e-6, 3e-6, 13).astype("float32")

    def function(x):
        return clip(x, x_min=0.3, x_max=0.7, kernel=kernel, width=1e-6)

    for other in compiled(function):
        actual, expected = value_and_slope(other, x), value_and_slope(function, x)
        np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-6)


@settings(max_examples=40)
@given(numbers, numbers, widths, st.sampled_from(KERNELS))
def test_symmetries(x, y, width, kernel):
    near = {"rtol": 1e-6, "atol": 1e-6}
    x, y = np.float32([x]), np.float32([y])
    np.testing.assert_allclose(relu(x, kernel=kernel, width=width) - relu(-x, kernel=kernel, width=width), x, **near)
    np.testing.assert_allclose(
        smooth_abs(x, kernel=kernel, width=width), smooth_abs(-x, kernel=kernel, width=width), **near
    )
    np.testing.assert_allclose(
        maximum(x, y, kernel=kernel, width=width), maximum(y, x, kernel=kernel, width=width), **near
    )
    np.testing.assert_allclose(
        soft_shrink(-x, 0.5, kernel=kernel, width=width), -soft_shrink(x, 0.5, kernel=kernel, width=width), **near
    )
    assert float(relu(x, kernel=kernel, width=width)[0]) >= max(float(x[0]), 0)


def test_degenerate_parameters(kernel):
    x = np.linspace(-2, 2, 9).astype("float32")
    np.testing.assert_array_equal(clip(x, x_min=0.5, x_max=0.5, kernel=kernel, width=0.3), np.full(9, 0.5))
    np.testing.assert_array_equal(soft_shrink(x, 0.0, kernel=kernel, width=0.3), x)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision(dtype, kernel):
    x = ops.cast(ops.convert_to_tensor([-1e4, -3.25, 0.0, 0.375, 1e4]), dtype)
    result = relu(x, kernel=kernel, width=1e-6)
    assert result.dtype == x.dtype
    np.testing.assert_allclose(ops.cast(result, "float32"), ops.cast(ops.relu(x), "float32"), atol=1e-6)


def test_invalid_arguments_raise():
    with pytest.raises(ValueError, match=r"Expected a positive, finite width. Received: width=-1"):
        relu([1.0], kernel="gaussian", width=-1)
    with pytest.raises(ValueError, match="Received: kernel='box'"):
        smooth_abs([1.0], kernel="box", width=1.0)
    with pytest.raises(ValueError, match=r"x_min <= x_max. Received: x_min=2, x_max=1"):
        clip([1.0], x_min=2, x_max=1, kernel="gaussian", width=0.1)
    with pytest.raises(ValueError, match="threshold >= 0. Received: threshold=-0.5"):
        soft_shrink([1.0], -0.5, kernel="gaussian", width=0.1)
