"""Smoothing by quadrature against scipy in float64 and against closed forms."""

import math

import numpy as np
import pytest
from keras import ops

from tests.layers.smooth_functions.quadrature import Case, check_random_cases, compiled, value_and_slope
from textzoo.layers import smooth
from textzoo.layers.smooth_functions import relu, step

pytestmark = pytest.mark.graph


def hard_step(x):
    return ops.cast(x > 0, x.dtype)


def single(number):
    return float(np.float32(number))


def make(name, Case):
    """Returns a function on tensors, its `Case` on floats, and the centers of the inputs."""
    if name == "step":
        return hard_step, Case(lambda y: float(y > 0), jumps={0: 1}), [0]
    if name == "relu":
        return ops.relu, Case(lambda y: max(y, 0), lambda y: float(y > 0), [0]), [0]
    if name == "clip":
        a, b = single(-0.7), single(0.3)
        case = Case(lambda y: min(max(y, a), b), lambda y: float(a < y < b), [a, b])
        return lambda x: ops.clip(x, a, b), case, [a, b]
    if name == "stairs":
        case = Case(lambda y: min(max(math.floor(y), -2), 2), jumps=dict.fromkeys([-1, 0, 1, 2], 1))
        return lambda x: ops.clip(ops.floor(x), -2, 2), case, [-1, 0, 1, 2]
    if name == "jump and kink":
        at = 0.25
        case = Case(
            lambda y: math.tanh(y) + 2 if y > at else abs(math.sin(y) if y > -1 else math.sin(-1)),
            lambda y: 1 - math.tanh(y) ** 2 if y > at else math.copysign(math.cos(y), y) if y > -1 else 0,
            [-1, 0],
            {at: math.tanh(at) + 2 - math.sin(at)},
        )
        function = lambda x: ops.where(x > at, ops.tanh(x) + 2, ops.abs(ops.sin(ops.maximum(x, -1.0))))  # noqa: E731
        return function, case, [-1, 0, at]
    return ops.sin, Case(math.sin, math.cos), [0]


@pytest.mark.parametrize("name", ["step", "relu", "clip", "stairs", "jump and kink", "sine"])
def test_random_cases_equal_quadrature(name, kernel, groups):
    function, case, centers = make(name, Case)
    kinks = [*case.kinks, *case.jumps]
    check_random_cases(
        lambda rng: (
            lambda x, kernel, width: smooth(function, kernel=kernel, width=width, kinks=kinks)(x),
            case,
            centers,
        ),
        kernel,
        groups,
        widest=1.0 if name == "sine" else 3.0,
    )


def test_polynomials_gain_the_kernels_moments():
    x = np.linspace(-3, 3, 13).astype("float32")
    variance = {"gaussian": 0.25, "logistic": 0.25 * math.pi**2 / 3}
    for kernel, expected in variance.items():
        np.testing.assert_allclose(
            smooth(ops.square, kernel=kernel, width=0.5)(x), x**2 + expected, rtol=1e-6, atol=1e-6
        )
        np.testing.assert_allclose(smooth(lambda y: y, kernel=kernel, width=0.5)(x), x, rtol=1e-6, atol=1e-6)


def test_error_without_kinks_is_that_of_the_docstring():
    x = np.linspace(-4, 4, 16001).astype("float32")
    for kernel, bound, bound_of_step in (("logistic", 0.0051, 0.062), ("gaussian", 0.0025, 0.054)):
        for width in (0.01, 1.0):
            relu_error = np.abs(
                smooth(ops.relu, kernel=kernel, width=width)(x * width) - relu(x * width, kernel=kernel, width=width)
            ).max()
            step_error = np.abs(
                smooth(hard_step, kernel=kernel, width=width)(x * width) - step(x * width, kernel=kernel, width=width)
            ).max()
            assert 0.5 * bound * width < relu_error <= bound * width
            assert 0.5 * bound_of_step < step_error <= bound_of_step


def test_order_and_repetition_of_kinks_do_not_matter(kernel):
    x = np.linspace(-2, 2, 41).astype("float32")
    function = lambda x: ops.clip(x, -0.5, 1.0)  # noqa: E731
    expected = smooth(function, kernel=kernel, width=0.2, kinks=[-0.5, 1.0])(x)
    np.testing.assert_allclose(
        smooth(function, kernel=kernel, width=0.2, kinks=(1.0, -0.5, 1.0, 0.0))(x), expected, atol=1e-6
    )


def test_any_shape_and_half_precision(kernel):
    x = ops.cast(ops.reshape(ops.arange(24) / 8 - 1.5, (2, 3, 4)), "float16")
    result = smooth(ops.relu, kernel=kernel, width=0.25, kinks=[0.0])(x)
    assert result.shape == x.shape and result.dtype == x.dtype
    np.testing.assert_allclose(
        ops.cast(result, "float32"), ops.cast(relu(x, kernel=kernel, width=0.25), "float32"), atol=2e-3
    )
    assert smooth(ops.relu, kernel=kernel, width=0.25, kinks=[0.0])(1.0).shape == ()


@pytest.mark.parametrize("width", [1e-6, 1e-3, 1.0])
def test_finite_everywhere(width, kernel):
    x = np.array([0, 1e-45, 1e-6, -1e-6, 1, -2, 1e3, -1e6, 1e6], "float32")
    for function in (hard_step, ops.relu, ops.floor):
        value, slope = value_and_slope(smooth(function, kernel=kernel, width=width, kinks=[0.0]), x)
        assert np.isfinite(value).all() and np.isfinite(slope).all()


def test_compiled_equals_eager(kernel):
    x = np.linspace(-0.01, 0.01, 21).astype("float32")
    function = smooth(hard_step, kernel=kernel, width=1e-3, kinks=[0.0])
    for other in compiled(function):
        actual, expected = value_and_slope(other, x), value_and_slope(function, x)
        np.testing.assert_allclose(actual, expected, rtol=2e-6, atol=1e-6)


def test_invalid_arguments_raise():
    with pytest.raises(ValueError, match=r"positive, finite width. Received: width=-1.0"):
        smooth(ops.relu, kernel="gaussian", width=-1.0)
    with pytest.raises(ValueError, match="Received: kernel='box'"):
        smooth(ops.relu, kernel="box", width=1.0)
    with pytest.raises(ValueError, match=r"finite kinks. Received: kinks=\[0.0, nan\]"):
        smooth(ops.relu, kernel="gaussian", width=1.0, kinks=[0.0, math.nan])
    with pytest.raises(ValueError, match=r"without NaN values. Received: NaN at -[0-9.]+"):
        smooth(ops.sqrt, kernel="gaussian", width=1.0)([0.5])
    with pytest.raises(ValueError, match=r"elementwise function. Received: shape \(\)"):
        smooth(ops.sum, kernel="gaussian", width=1.0)([0.5])


def test_nan_inputs_give_nan(kernel):
    result = ops.convert_to_numpy(smooth(ops.relu, kernel=kernel, width=1.0, kinks=[0.0])(np.float32([math.nan, 1])))
    assert math.isnan(result[0]) and math.isfinite(result[1])
