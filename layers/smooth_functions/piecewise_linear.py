"""Smoothed piecewise linear functions: relu, leaky_relu, abs, clip, maximum, soft_shrink."""

from keras import ops

from .kernels import Tensor, smooth_piecewise_linear, widen


def relu(x: Tensor, *, kernel: str, width: float) -> Tensor:
    """Smoothed ReLU: the integral S of the smoothed step.

    w softplus(x / w) for the logistic kernel, x Φ(x / w) + w φ(x / w) for the Gaussian one. The latter is not GELU,
    which lacks the second term. Both lie above ReLU; the gap is largest at the kink: w ln 2 or w / √(2π).

    Args:
        x: float tensor of any shape.
        kernel: `"logistic"` or `"gaussian"`.
        width: float, w: the inverse of the sharpness t of the logistic kernel, or the standard deviation s of the
            Gaussian one.

    Returns:
        Tensor of the shape of x. The gradient, a smoothed step, is finite at every width.

    Raises:
        ValueError: the kernel is unknown, or `width` is not positive and finite.

    Example:

    >>> relu([-1.0, 0.0, 1.0], kernel="logistic", width=1.0).numpy().astype(float).round(3).tolist()
    [0.313, 0.693, 1.313]

    Reference:
        Su Jianlin, https://kexue.fm/archives/8718
    """
    x, dtype = widen(x)
    smoothed = smooth_piecewise_linear(
        x, lambda x: ops.maximum(x, 0.0), slope=0.0, changes={0.0: 1.0}, kernel=kernel, width=width
    )
    return ops.cast(smoothed, dtype)


def leaky_relu(x: Tensor, negative_slope: float | Tensor, *, kernel: str, width: float) -> Tensor:
    """Smoothed leaky ReLU of slope a left of 0: a x + (1 - a) S(x); other arguments as in `relu`.

    Args:
        negative_slope: a, a number or a tensor that broadcasts to x. It receives a gradient.

    Example:

    >>> leaky_relu([-1.0, 0.0, 1.0], 0.25, kernel="gaussian", width=0.1).numpy().astype(float).round(3).tolist()
    [-0.25, 0.03, 1.0]
    """
    x, dtype = widen(x)
    a = ops.cast(negative_slope, x.dtype)
    return ops.cast(a * x + (1 - a) * relu(x, kernel=kernel, width=width), dtype)


def abs(x: Tensor, *, kernel: str, width: float) -> Tensor:
    """Smoothed absolute value: 2 S(x) - x; arguments as in `relu`.

    Example:

    >>> abs([-1.0, 0.0, 1.0], kernel="gaussian", width=0.1).numpy().astype(float).round(3).tolist()
    [1.0, 0.08, 1.0]
    """
    x, dtype = widen(x)
    smoothed = smooth_piecewise_linear(x, ops.abs, slope=-1.0, changes={0.0: 2.0}, kernel=kernel, width=width)
    return ops.cast(smoothed, dtype)


def clip(x: Tensor, *, x_min: float, x_max: float, kernel: str, width: float) -> Tensor:
    """Smoothed clipping to [a, b]: a + S(x - a) - S(x - b); other arguments as in `relu`.

    Args:
        x_min: float, a.
        x_max: float, b.

    Example:

    >>> clipped = clip([-2.0, -1.0, 0.5, 5.0], x_min=-1.0, x_max=1.0, kernel="gaussian", width=0.1)
    >>> clipped.numpy().astype(float).round(3).tolist()
    [-1.0, -0.96, 0.5, 1.0]
    """
    if not x_min <= x_max:
        raise ValueError(f"Expected x_min <= x_max. Received: x_min={x_min}, x_max={x_max}")
    x, dtype = widen(x)
    if x_min == x_max:
        return ops.cast(ops.full_like(x, x_min), dtype)
    changes = {x_min: 1.0, x_max: -1.0}
    smoothed = smooth_piecewise_linear(
        x, lambda x: ops.clip(x, x_min, x_max), slope=0.0, changes=changes, kernel=kernel, width=width
    )
    return ops.cast(smoothed, dtype)


def maximum(x: Tensor, y: Tensor, *, kernel: str, width: float) -> Tensor:
    """Smoothed maximum of two tensors: y + S(x - y); other arguments as in `relu`.

    Args:
        x: float tensor.
        y: float tensor that broadcasts with x.

    Example:

    >>> larger = maximum([0.0, 1.0, 3.0], [0.0, 2.0, 2.0], kernel="logistic", width=1.0)
    >>> larger.numpy().astype(float).round(3).tolist()
    [0.693, 2.313, 3.313]
    """
    (x, dtype), (y, y_dtype) = widen(x), widen(y)
    dtype = dtype if dtype == y_dtype else "float64" if "float64" in (dtype, y_dtype) else "float32"
    x, y = ops.broadcast_to(x, ops.shape(x + y)), ops.broadcast_to(y, ops.shape(x + y))
    larger, smaller = ops.where(x >= y, x, y), ops.where(x >= y, y, x)
    same = ops.logical_and(x == y, ops.isinf(x))  # their difference is NaN
    gap = ops.where(same, 0.0, smaller) - ops.where(same, 0.0, larger)
    return ops.cast(ops.where(same, (x + y) / 2, larger + relu(gap, kernel=kernel, width=width)), dtype)


def soft_shrink(x: Tensor, threshold: float, *, kernel: str, width: float) -> Tensor:
    """Smoothed soft shrinkage by λ: S(x - λ) - S(-x - λ); other arguments as in `relu`.

    Args:
        threshold: float, λ ≥ 0.

    Example:

    >>> shrunk = soft_shrink([-2.0, 0.0, 0.5, 2.0], 0.5, kernel="gaussian", width=0.1)
    >>> shrunk.numpy().astype(float).round(3).tolist()
    [-1.5, 0.0, 0.04, 1.5]
    """
    if not threshold >= 0:
        raise ValueError(f"Expected threshold >= 0. Received: threshold={threshold}")
    x, dtype = widen(x)
    if threshold == 0:
        return ops.cast(x, dtype)
    changes = {-threshold: -1.0, threshold: 1.0}
    smoothed = smooth_piecewise_linear(
        x, lambda x: x - ops.clip(x, -threshold, threshold), slope=1.0, changes=changes, kernel=kernel, width=width
    )
    return ops.cast(smoothed, dtype)
