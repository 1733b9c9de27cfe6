"""Smoothing of arbitrary scalar functions by quadrature."""

import contextlib
import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from .kernels import Tensor, get_kernel, smooth_step, widen

NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
SMALLEST_JUMP = 1e-4  # relative to the function beside it; smaller jumps count as rounding


def smooth(
    function: Callable[[Tensor], Tensor], *, kernel: str, width: float, kinks: Sequence[float] = ()
) -> Callable[[Tensor], Tensor]:
    """Convolves a scalar function with a kernel of the given width.

        g(x) = ∫ f(x + w v) K(v) dv

    The integral uses 64 Gauss-Legendre nodes between neighbouring kinks. The gradient is ∫ f'(x + w v) K(v) dv plus, at
    each kink where f jumps, the size of the jump times the kernel. First derivatives are correct, second ones are not.

    If f is smooth between the kinks (on the scale of the width), the error in float32 is at most 1e-6 times the largest
    of 1, |x| and |f| around x, and of |f'| for the gradient. A missing kink costs up to 0.0051 w times its change of
    slope (logistic; Gaussian: 0.0025 w). A missing jump costs up to 0.062 of its size (Gaussian: 0.054), and the
    gradient lacks it. A jump below 1e-4 of f beside it counts as a kink.

    Args:
        function: f, elementwise on a tensor of any shape, such as a composition of `keras.ops`. It must be defined
            within the reach of the kernel: 9 widths for the Gaussian, 40 for the logistic one.
        kernel: `"logistic"` or `"gaussian"`.
        width: float, w: the inverse of the sharpness t of the logistic kernel, or the standard deviation s of the
            Gaussian one.
        kinks: points at which f or its slope jumps, in any order.

    Returns:
        A function of a tensor. It needs 64 (kinks + 1) times the memory of its input.

    Raises:
        ValueError: the kernel is unknown, `width` is not positive and finite, or a kink is not finite. At the call: the
            function is not elementwise or, in eager mode, returns NaN.

    Example:

    >>> smooth_square = smooth(keras.ops.square, kernel="gaussian", width=0.5)
    >>> smooth_square([0.0, 1.0]).numpy().round(4).tolist()  # x² + w²
    [0.25, 1.25]

    Reference:
        Su Jianlin, https://kexue.fm/archives/8718
    """
    k = get_kernel(kernel, width)
    if not all(math.isfinite(kink) for kink in kinks):
        raise ValueError(f"Expected finite kinks. Received: kinks={list(kinks)}")

    def smoothed(x):
        x, dtype = widen(x)
        fixed = ops.expand_dims(ops.stop_gradient(x), -1)
        points = np.unique(np.asarray(kinks, keras.backend.standardize_dtype(x.dtype)))
        gap = np.maximum(np.spacing(np.abs(points)), points.dtype.type(1e-30))
        before, after = points - gap, points + gap

        # v = π sinh(τ) moves the poles of the logistic kernel away, so few nodes suffice.
        end = math.asinh(k.reach / math.pi)
        inner = ops.arcsinh(ops.clip((ops.convert_to_tensor(points) - fixed) / width, -k.reach, k.reach) / math.pi)
        edge = ops.full_like(fixed, end)
        edges = ops.concatenate([-edge, inner, edge], -1)
        left, half = edges[..., :-1, None], (edges[..., 1:, None] - edges[..., :-1, None]) / 2
        tau = left + half * ops.convert_to_tensor(NODES + 1, x.dtype)
        v = math.pi * ops.sinh(tau)
        weights = half * ops.convert_to_tensor(WEIGHTS, x.dtype) * k.density(v) * math.pi * ops.cosh(tau)
        lowest = np.concatenate([[-np.inf], after])[:, None].astype(points.dtype)
        highest = np.concatenate([before, [np.inf]])[:, None].astype(points.dtype)
        y = ops.minimum(ops.maximum(fixed[..., None] + width * v, lowest), highest)

        values = _evaluate(function, y + _zero_with_slope_1(x)[..., None, None])
        result = ops.sum(weights * values, axis=(-2, -1))
        if len(points):
            low, high = (ops.stop_gradient(_evaluate(function, ops.convert_to_tensor(at))) for at in (before, after))
            jumps = high - low
            size = ops.maximum(1.0, ops.maximum(ops.abs(low), ops.abs(high)))
            jumps = ops.where(ops.abs(jumps) > SMALLEST_JUMP * size, jumps, 0.0)
            for i, point in enumerate(points.tolist()):
                step = smooth_step(x, point, kernel=kernel, width=width)
                result += jumps[i] * (step - ops.stop_gradient(step))  # value 0, gradient of the jump
        return ops.cast(result, dtype)

    return smoothed


@ops.custom_gradient
def _zero_with_slope_1(x) -> Any:
    """Computes 0 with the gradient of x, also where x is infinite and x - x is NaN."""

    def gradient(*args, upstream=None):
        return args[0] if upstream is None else upstream  # TensorFlow and JAX pass (upstream,)

    return ops.zeros_like(x), gradient


def _evaluate(function, y):
    values = ops.cast(function(y), y.dtype)
    if tuple(values.shape) != tuple(y.shape):
        raise ValueError(
            f"Expected an elementwise function. Received: shape {tuple(values.shape)} for shape {tuple(y.shape)}"
        )
    bad = ops.stop_gradient(ops.isnan(values) & ~ops.isnan(y))
    with contextlib.suppress(TypeError):  # symbolic tensors have no truth value
        if bool(ops.any(bad)):
            first = ops.convert_to_numpy(ops.stop_gradient(y))[ops.convert_to_numpy(bad)][0]
            raise ValueError(f"Expected a function without NaN values. Received: NaN at {first:g}")
    return values
