"""Logistic and Gaussian smoothing kernels, and the smoothed step and piecewise linear function built from them.

A kernel of width w is K(x / w) / w, where K is the density of a unit logistic or normal variable.
"""

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

Tensor = Any


class Logistic:
    """Logistic kernel of density σ(u) σ(-u)."""

    reach = 40.0  # the mass beyond is below 1e-17

    @staticmethod
    def cdf(u):
        return ops.sigmoid(u)

    @staticmethod
    def tail(v):
        """Computes the difference between smoothed and plain ReLU at ±v, v ≥ 0."""
        return ops.log1p(ops.exp(-v))

    @staticmethod
    def density(u, rest=0.0):
        """Computes the density at u + rest, with rest small or 0."""
        sign = ops.where(u < 0, -1.0, 1.0)
        e = ops.exp(-sign * u) * ops.exp(-sign * rest)
        return e / ops.square(1 + e)

    @staticmethod
    def fourier(k, width):
        """Computes the factor by which smoothing damps the k-th harmonic of period 1."""
        a = 2 * math.pi**2 * k * width
        return a / math.sinh(a) if a < 700 else 0.0


class Gaussian:
    """Gaussian kernel: the normal density φ(u)."""

    reach = 9.0

    @staticmethod
    def cdf(u):
        return (1 + ops.erf(u / math.sqrt(2))) / 2

    @staticmethod
    def tail(v):
        near = ops.minimum(v, Gaussian.reach)
        tail = ops.relu(Gaussian.density(near) - near * (1 - ops.erf(near / math.sqrt(2))) / 2)
        return ops.where(v < Gaussian.reach, tail, 0.0)

    @staticmethod
    def density(u, rest=0.0):
        return ops.exp(-ops.square(u) / 2) * ops.exp(-rest * (u + rest / 2)) / math.sqrt(2 * math.pi)

    @staticmethod
    def fourier(k, width):
        return math.exp(-2 * (math.pi * k * width) ** 2)


KERNELS = {"logistic": Logistic, "gaussian": Gaussian}


def get_kernel(kernel: str, width: float) -> type[Logistic] | type[Gaussian]:
    """Returns the kernel's class after checking both arguments."""
    if kernel not in KERNELS:
        raise ValueError(f"Expected kernel to be one of {list(KERNELS)}. Received: kernel={kernel!r}")
    if not 0 < width < math.inf:
        raise ValueError(f"Expected a positive, finite width. Received: width={width}")
    return KERNELS[kernel]


def widen(x: Tensor) -> tuple[Tensor, str]:
    """Casts x to float32 (float64 stays); returns it and the dtype of the result."""
    x = ops.convert_to_tensor(x)
    dtype = keras.backend.standardize_dtype(x.dtype)
    if "float" not in dtype:
        dtype = keras.config.floatx()
    return ops.cast(x, "float64" if dtype == "float64" else "float32"), dtype


def smooth_step(x: Tensor, center: float, *, kernel: str, width: float) -> Tensor:
    """Computes the smoothed unit step at `center`."""
    k = get_kernel(kernel, width)

    @ops.custom_gradient
    def step(x):
        def gradient(*args, upstream=None):
            inputs, upstream = _gradient_inputs(x, args, upstream=upstream)
            coarse, rest = _split_standardized(inputs, center, width=width)
            return upstream * (k.density(coarse, rest) / width)

        return k.cdf(_standardize(x, center, width=width)), gradient

    return step(x)


def smooth_piecewise_linear(
    x: Tensor, function: Callable, *, slope: float, changes: dict[float, float], kernel: str, width: float
) -> Tensor:
    """Computes a smoothed piecewise linear function.

    Args:
        x: tensor.
        function: the piecewise linear function.
        slope: float, its slope at -inf.
        changes: the change of slope at each kink.
        kernel: `"logistic"` or `"gaussian"`.
        width: float, w.
    """
    k = get_kernel(kernel, width)

    @ops.custom_gradient
    def smoothed(x):
        def gradient(*args, upstream=None):
            inputs, upstream = _gradient_inputs(x, args, upstream=upstream)
            steps = [change * smooth_step(inputs, kink, kernel=kernel, width=width) for kink, change in changes.items()]
            return upstream * (slope + sum(steps))

        tails = [change * k.tail(ops.abs(_standardize(x, kink, width=width))) for kink, change in changes.items()]
        return function(x) + width * sum(tails), gradient

    return smoothed(x)


def _gradient_inputs(x, args, *, upstream):
    """Returns the inputs and the upstream gradient of a custom gradient.

    TensorFlow and JAX call it with (upstream,), torch with its inputs, connected for a second derivative.
    """
    return (x, args[0]) if upstream is None else (args[0], upstream)


def _high_and_low(number, x):
    """Splits a number into its value in the dtype of x and the remainder."""
    high = float(np.asarray(number, keras.backend.standardize_dtype(x.dtype)))
    return high, number - high


def _standardize(x, center, *, width):
    """Computes (x - center) / width with the digits of the center that float32 drops: at 1e-6 they count."""
    high, low = _high_and_low(center, x)
    return (x - high) / width - low / width


def _split_standardized(x, center, *, width):
    """Splits (x - center) / width into a multiple of 1/16 and an accurate remainder.

    In the tails a density amplifies rounding errors of its argument.
    """
    high, low = _high_and_low(center, x)
    mantissa, exponent = math.frexp(width)
    short_width = math.ldexp(round(mantissa * 2**13), exponent - 13)  # its product with a multiple of 1/16 is exact
    coarse = ops.stop_gradient(ops.round(ops.clip(_standardize(x, center, width=width), -60, 60) * 16) / 16)
    rest = ((x - high) - coarse * short_width) - (coarse * (width - short_width) + low)
    return coarse, rest / width
