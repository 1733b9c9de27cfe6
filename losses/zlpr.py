"""ZLPR: multi-label classification with one threshold for all classes."""

from typing import Any

import keras
from keras import ops

from .validation import check_float_logits, is_concrete, warn_if_probabilities

Tensor = Any
ROOM = 60.0  # e^60 times a million classes is still a float32
SMALLEST_LABEL = 1e-25  # a soft label below counts as 0: e^ROOM would not lift it above the rounding of 1


def zlpr(y_true: Tensor, y_pred: Tensor, threshold: float | Tensor = 0.0) -> Tensor:
    """Zero-bounded log-sum-exp and pairwise rank-based loss of each example.

    With labels t in [0, 1], logits s and the threshold s0:

        loss = log(e^s0 + Σ (1 - t_i) e^s_i) + log(e^-s0 + Σ t_i e^-s_i)

    Every wanted class is pushed above the threshold and every unwanted one below it. For labels of 0 and 1 these are
    the sums over the negative and the positive classes. Soft labels have their minimum at t = σ(2 (s - s0)), which is
    the probability to report (`zlpr_probabilities`); the decision is s > s0 (`zlpr_decision`).

    A class with a logit of -inf does not apply to its example: it is gone from both sums and its gradient is 0. No
    gradient flows to y_true. Half precision is computed in float32 and returned in its own dtype.

    Args:
        y_true: `[..., classes]`, multi-hot or soft labels in [0, 1].
        y_pred: float `[..., classes]`, logits; any leading dimensions (examples, tokens, spans).
        threshold: s0, a number or a tensor that broadcasts to y_pred.

    Returns:
        `[...]` in the dtype of y_pred, one value an example, 0 at least.

    Raises:
        ValueError: y_pred holds no floats, or the shapes differ; in eager mode also for a label outside [0, 1].

    Warns:
        UserWarning: once, where y_pred lies in [0, 1] throughout: a sigmoid before the loss.

    Example:

    >>> float(zlpr([1.0, 0.0, 0.0], [2.0, -1.0, -3.0]))
    0.475...
    >>> float(zlpr([1.0, 0.0, 0.0], [2.0, -1.0, -float("inf")]))  # the third class does not apply
    0.440...

    Reference:
        Su Jianlin, https://kexue.fm/archives/7359 and https://kexue.fm/archives/9064;
        Su et al. 2022, "ZLPR: A Novel Loss for Multi-label Classification", https://arxiv.org/abs/2208.02955
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true)
    check_float_logits(y_pred)
    _check_labels(y_true, y_pred)
    warn_if_probabilities(y_pred)
    if not (isinstance(threshold, (int, float)) and threshold == 0):
        y_pred = y_pred - ops.cast(threshold, y_pred.dtype)
    return _zlpr_at_zero(y_pred, ops.stop_gradient(y_true))


@keras.saving.register_keras_serializable(package="textzoo")
class ZLPR(keras.losses.Loss):
    """ZLPR as a Keras loss object; see `zlpr` for the formula and what labels and masks may be.

    Args:
        threshold: s0, the score that separates wanted from unwanted classes.
        reduction: as in `keras.losses.Loss`; the default is the mean over all examples (tokens, spans).
        name: name of the loss.
        dtype: dtype of the computation, float32 if not set otherwise.

    Call arguments: y_true `[..., classes]` in [0, 1]; y_pred float `[..., classes]`; sample_weight `[...]`.

    Example:

    >>> loss = ZLPR()
    >>> float(loss([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[2.0, -1.0, -3.0], [-2.0, -1.0, -3.0]]))
    0.458...

    Reference:
        Su Jianlin, https://kexue.fm/archives/7359; https://arxiv.org/abs/2208.02955
    """

    def __init__(
        self,
        threshold: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "zlpr",
        dtype: Any = None,
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.threshold = threshold

    def __call__(self, y_true, y_pred, sample_weight=None):
        check_float_logits(y_pred)
        return super().__call__(ops.convert_to_tensor(y_true), y_pred, sample_weight)

    def call(self, y_true, y_pred):
        return zlpr(y_true, y_pred, self.threshold)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


def zlpr_decision(y_pred: Tensor, threshold: float | Tensor = 0.0) -> Tensor:
    """The classes a ZLPR model predicts: bool `[..., classes]`, logits above the threshold.

    Example:

    >>> zlpr_decision([2.0, -1.0]).numpy().tolist()
    [True, False]
    """
    return ops.convert_to_tensor(y_pred) > threshold


def zlpr_probabilities(y_pred: Tensor, threshold: float | Tensor = 0.0) -> Tensor:
    """The probabilities of a ZLPR model: float `[..., classes]`, σ(2 (s - s0)), not σ(s).

    Example:

    >>> float(zlpr_probabilities([0.5])[0])  # 1 / (1 + e^-1)
    0.731...
    """
    return ops.sigmoid(2 * (ops.convert_to_tensor(y_pred) - threshold))


@ops.custom_gradient
def _zlpr_at_zero(y_pred, y_true):
    """The loss at threshold 0. Only the inputs are kept; a compiled graph shares what both directions compute."""
    _, negative, _, positive, top = _sums(y_pred, y_true)
    loss = ops.squeeze(top + ops.log1p(negative) + ops.log1p(positive), -1)

    def gradient(*args, upstream=None):
        # TensorFlow and JAX pass (upstream,); torch passes the inputs, connected for a second derivative.
        inputs, upstream = ((y_pred, y_true), args[0]) if upstream is None else (args, upstream)
        negative_terms, negative, positive_terms, positive, _ = _sums(*inputs)
        upstream = ops.expand_dims(ops.cast(upstream, negative.dtype), -1)
        slope = negative_terms * (upstream / (1 + negative)) - positive_terms * (upstream / (1 + positive))
        return ops.cast(slope, y_pred.dtype), ops.zeros_like(y_true)

    return ops.cast(loss, y_pred.dtype), gradient


def _sums(y_pred, y_true):
    """Terms and total of both sums, so that loss = top + log(1 + total) + log(1 + total).

    Where the largest exponent of a sum is below ROOM nothing is scaled, which keeps small losses exact; above, the sum
    is scaled by its own e^-(largest - ROOM): a maximum shared by both sums would give log 0 at ±1e4.
    """
    dtype = "float64" if keras.backend.standardize_dtype(y_pred.dtype) == "float64" else "float32"
    s, t = ops.cast(y_pred, dtype), ops.cast(y_true, dtype)
    infinity = float("inf")
    unwanted = ops.where(t < 1, s, -infinity)
    high = ops.maximum(ops.max(unwanted, axis=-1, keepdims=True) - ROOM, 0)
    negative = ops.exp(unwanted - high) * (1 - t)
    wanted = ops.where(ops.logical_or(t <= SMALLEST_LABEL, s == -infinity), infinity, s)
    low = ops.minimum(ops.min(wanted, axis=-1, keepdims=True) + ROOM, 0)
    positive = ops.exp(low - wanted) * t
    return (
        negative,
        ops.expm1(-high) + ops.sum(negative, axis=-1, keepdims=True),
        positive,
        ops.expm1(low) + ops.sum(positive, axis=-1, keepdims=True),
        high - low,
    )


def _check_labels(y_true, y_pred):
    shapes = tuple(y_true.shape), tuple(y_pred.shape)
    if len(shapes[0]) != len(shapes[1]) or any(
        a is not None and b is not None and a != b for a, b in zip(*shapes, strict=True)
    ):
        raise ValueError(
            f"Expected y_true and y_pred of one shape [..., classes]. "
            f"Received: y_true.shape={shapes[0]}, y_pred.shape={shapes[1]}"
        )
    if is_concrete(y_true) and not bool(ops.all((y_true >= 0) & (y_true <= 1))):
        raise ValueError(
            "Expected labels y_true in [0, 1] (are y_true and y_pred swapped?). "
            f"Received: values from {float(ops.min(y_true))} to {float(ops.max(y_true))}"
        )
