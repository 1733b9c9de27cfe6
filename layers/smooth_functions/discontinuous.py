"""Smoothed discontinuous functions: step, sign, floor, round."""

import math

from keras import ops

from .kernels import Tensor, get_kernel, smooth_step, widen

NARROW = 0.25  # floor and round sum steps below this width and harmonics above it; both need few terms there


def step(x: Tensor, *, kernel: str, width: float) -> Tensor:
    """Smoothed unit step: the cumulative distribution function of the kernel.

    σ(x / w) for the logistic kernel, Φ(x / w) for the Gaussian one.

    Args:
        x: float tensor of any shape.
        kernel: `"logistic"` or `"gaussian"`.
        width: float, w: the inverse of the sharpness t of the logistic kernel, or the standard deviation s of the
            Gaussian one.

    Returns:
        Tensor of the shape of x, in [0, 1].

    Raises:
        ValueError: the kernel is unknown, or `width` is not positive and finite.

    Example:

    >>> step([-1.0, 0.0, 1.0], kernel="gaussian", width=1.0).numpy().astype(float).round(3).tolist()
    [0.159, 0.5, 0.841]

    Reference:
        Su Jianlin, https://kexue.fm/archives/8718
    """
    x, dtype = widen(x)
    return ops.cast(smooth_step(x, 0.0, kernel=kernel, width=width), dtype)


def sign(x: Tensor, *, kernel: str, width: float) -> Tensor:
    """Smoothed sign: 2 step(x) - 1; arguments as in `step`.

    Example:

    >>> sign([-1.0, 0.0, 1.0], kernel="logistic", width=0.5).numpy().astype(float).round(3).tolist()  # tanh x
    [-0.762, 0.0, 0.762]
    """
    x, dtype = widen(x)
    return ops.cast(2 * smooth_step(x, 0.0, kernel=kernel, width=width) - 1, dtype)


def floor(x: Tensor, *, kernel: str, width: float) -> Tensor:
    """Smoothed floor; arguments as in `step`.

        x - 1/2 + Σ c_k sin(2πkx) / (πk),  k = 1, 2, ...

    with c_k = e^(-2π²k²w²) for the Gaussian kernel and c_k = 2π²kw / sinh(2π²kw) for the logistic one. This equals a
    sum of smoothed steps at the integers; below a width of 0.25 the steps near x are summed.

    Example:

    >>> floor([0.5, 1.0, 1.9], kernel="gaussian", width=0.1).numpy().astype(float).round(3).tolist()
    [0.0, 0.5, 1.15...]
    """
    x, dtype = widen(x)
    finite = _finite_part(x)
    nearest = ops.stop_gradient(ops.round(finite))
    stairs = nearest - 1 + _stairs(finite - nearest, kernel=kernel, width=width)
    return ops.cast(ops.where(ops.isinf(x), x, stairs), dtype)


def round(x: Tensor, *, kernel: str, width: float) -> Tensor:
    """Smoothed rounding to the nearest integer: floor(x + 1/2); arguments as in `step`.

        x + Σ (-1)^k c_k sin(2πkx) / (πk),  c_k as in `floor`

    Example:

    >>> round([0.5, 1.0, 1.4], kernel="gaussian", width=0.1).numpy().astype(float).round(3).tolist()
    [0.5, 1.0, 1.15...]
    """
    x, dtype = widen(x)
    finite = _finite_part(x)
    nearest = ops.stop_gradient(ops.floor(finite) + 0.5)
    stairs = nearest - 0.5 + _stairs(finite - nearest, kernel=kernel, width=width)
    return ops.cast(ops.where(ops.isinf(x), x, stairs), dtype)


def _finite_part(x):
    """Returns x with 0 for infinity, where floor and round are x itself, with their mean slope 1."""
    return ops.where(ops.isinf(x), 0.0, x)


def _stairs(x, *, kernel, width):
    """Computes the smoothed floor(x) + 1 for x in [-1/2, 1/2]."""
    k = get_kernel(kernel, width)
    if width < NARROW:
        total = smooth_step(x, 0.0, kernel=kernel, width=width)
        for i in range(1, math.ceil(k.reach * width + 0.5)):
            total += smooth_step(x, i, kernel=kernel, width=width) - smooth_step(-x, i, kernel=kernel, width=width)
        return total
    total = x + 0.5
    harmonic = 1
    while (factor := k.fourier(harmonic, width)) > 1e-17:
        total += factor / (math.pi * harmonic) * ops.sin(2 * math.pi * harmonic * x)
        harmonic += 1
    return total
