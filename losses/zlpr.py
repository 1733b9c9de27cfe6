"""ZLPR loss: multi-label classification with one threshold for all classes."""

from typing import Any

import keras
from keras import ops

from .validation import check_float_logits, check_sample_weight, is_concrete, shapes_match, warn_if_probabilities

Tensor = Any
MAX_EXPONENT = 60.0  # e^60 times a million classes is still a float32
SMALLEST_LABEL = 1e-25  # smaller soft labels count as 0: times e^MAX_EXPONENT they are below the rounding of 1


def zlpr(y_true: Tensor, y_pred: Tensor, *, threshold: float | Tensor = 0.0) -> Tensor:
    """Computes the zero-bounded log-sum-exp and pairwise rank-based loss of each example.

    With labels t in [0, 1], logits s and the threshold s0:

        loss = log(e^s0 + Σ (1 - t_i) e^s_i) + log(e^-s0 + Σ t_i e^-s_i)

    The loss pushes positive classes above the threshold and negative classes below it. For labels of 0 and 1 the sums
    run over the negative and the positive classes. For soft labels the minimum is at t = σ(2 (s - s0)), the probability
    to report (`zlpr_probabilities`). The decision is s > s0 (`zlpr_decision`).

    A logit of -inf masks its class: both sums exclude it and its gradient is 0. No gradient flows to y_true. Half
    precision is computed in float32 and returned in its own dtype.

    Args:
        y_true: `[..., classes]`, multi-hot or soft labels in [0, 1].
        y_pred: float `[..., classes]`, logits; any leading dimensions (examples, tokens, spans).
        threshold: float or tensor that broadcasts to y_pred, s0.

    Returns:
        `[...]` in the dtype of y_pred, one non-negative value per example.

    Raises:
        ValueError: y_pred is not floating point, or the shapes differ. In eager mode also if a label is outside [0, 1].

    Warns:
        UserWarning: once per process if all values of y_pred are in [0, 1], as after a sigmoid.

    Example:

    >>> float(zlpr([1.0, 0.0, 0.0], [2.0, -1.0, -3.0]))
    0.475...
    >>> float(zlpr([1.0, 0.0, 0.0], [2.0, -1.0, -float("inf")]))  # the third class is masked
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
    """ZLPR as a Keras loss object; see `zlpr` for the formula, labels and masks.

    Args:
        threshold: float, s0, the logit that separates positive from negative classes.
        reduction: as in `keras.losses.Loss`; the default is the mean over all examples (tokens, spans).
        name: name of the loss.
        dtype: dtype of the computation, float32 if not set otherwise.

    Call arguments:
        y_true: `[..., classes]` in [0, 1].
        y_pred: float `[..., classes]`.
        sample_weight: float `[...]`.

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
        *,
        name: str = "zlpr",
        dtype: Any = None,
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.threshold = threshold

    def __call__(self, y_true, y_pred, sample_weight=None):
        check_float_logits(y_pred)
        check_sample_weight(sample_weight, ops.convert_to_tensor(y_pred).shape[:-1])
        loss = super().__call__(ops.convert_to_tensor(y_true), y_pred, sample_weight)
        return loss if self.reduction in (None, "none") else ops.sum(loss)  # Keras does not reduce an empty batch

    def call(self, y_true, y_pred):
        return zlpr(y_true, y_pred, threshold=self.threshold)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


def zlpr_decision(y_pred: Tensor, threshold: float | Tensor = 0.0) -> Tensor:
    """Returns the classes that a ZLPR model predicts: bool `[..., classes]`, logits above the threshold.

    Example:

    >>> zlpr_decision([2.0, -1.0]).numpy().tolist()
    [True, False]
    """
    return ops.convert_to_tensor(y_pred) > threshold


def zlpr_probabilities(y_pred: Tensor, threshold: float | Tensor = 0.0) -> Tensor:
    """Returns the probabilities of a ZLPR model: float `[..., classes]`, σ(2 (s - s0)), not σ(s).

    Example:

    >>> float(zlpr_probabilities([0.5])[0])  # 1 / (1 + e^-1)
    0.731...
    """
    return ops.sigmoid(2 * (ops.convert_to_tensor(y_pred) - threshold))


@ops.custom_gradient
def _zlpr_at_zero(y_pred, y_true):
    """Computes the loss at threshold 0.

    The gradient keeps the inputs only and recomputes the sums; a compiled graph shares them with the forward pass.
    """
    _, negative, _, positive, top = _sums(y_pred, y_true)
    loss = ops.squeeze(top + ops.log1p(negative) + ops.log1p(positive), -1)

    def gradient(*args, upstream=None):
        # TensorFlow and JAX pass (upstream,); torch passes the inputs, connected for a second derivative.
        (logits, labels), upstream = ((y_pred, y_true), args[0]) if upstream is None else (args, upstream)
        negative_terms, negative, positive_terms, positive, _ = _sums(logits, labels)
        upstream = ops.expand_dims(ops.cast(upstream, negative.dtype), -1)
        slope = negative_terms * (upstream / (1 + negative)) - positive_terms * (upstream / (1 + positive))
        return ops.cast(slope, y_pred.dtype), ops.zeros_like(y_true)

    return ops.cast(loss, y_pred.dtype), gradient


def _sums(y_pred, y_true):
    """Returns terms and totals of both sums, and `top`: loss = top + log(1 + negative) + log(1 + positive).

    A sum with its largest exponent below MAX_EXPONENT is not scaled, which keeps small losses exact. A larger one is
    scaled by its own e^-(largest - MAX_EXPONENT). A common maximum of both sums would give log 0 at ±1e4.
    """
    dtype = "float64" if keras.backend.standardize_dtype(y_pred.dtype) == "float64" else "float32"
    s, t = ops.cast(y_pred, dtype), ops.cast(y_true, dtype)
    infinity = float("inf")
    negative_logits = ops.where(t < 1, s, -infinity)
    high = ops.maximum(ops.max(negative_logits, axis=-1, keepdims=True, initial=0) - MAX_EXPONENT, 0)
    negative = ops.exp(negative_logits - high) * (1 - t)
    positive_logits = ops.where(ops.logical_or(t <= SMALLEST_LABEL, s == -infinity), infinity, s)
    low = ops.minimum(ops.min(positive_logits, axis=-1, keepdims=True, initial=0) + MAX_EXPONENT, 0)
    positive = ops.exp(low - positive_logits) * t
    return (
        negative,
        ops.expm1(-high) + ops.sum(negative, axis=-1, keepdims=True),
        positive,
        ops.expm1(low) + ops.sum(positive, axis=-1, keepdims=True),
        high - low,
    )


def _check_labels(y_true, y_pred):
    if not shapes_match(y_true.shape, y_pred.shape):
        raise ValueError(
            "Expected y_true and y_pred of the same shape [..., classes]. "
            f"Received: y_true.shape={tuple(y_true.shape)}, y_pred.shape={tuple(y_pred.shape)}"
        )
    if is_concrete(y_true) and not bool(ops.all((y_true >= 0) & (y_true <= 1))):
        raise ValueError(
            "Expected labels y_true in [0, 1] (are y_true and y_pred swapped?). "
            f"Received: values from {float(ops.min(y_true))} to {float(ops.max(y_true))}"
        )
