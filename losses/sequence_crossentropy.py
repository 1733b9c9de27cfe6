"""Cross-entropy of token sequences, averaged over target tokens."""

from typing import Any

import keras
from keras import ops

from .validation import check_ids, shapes_match

Tensor = Any


def sequence_crossentropy(
    y_true: Tensor, y_pred: Tensor, *, label_smoothing: float = 0.0, from_log_probs: bool = False
) -> Tensor:
    """Computes the cross-entropy of each target token.

    With smoothing ε and logits s over a vocabulary of V tokens:

        ce = logsumexp(s) - (1 - ε) · s[y_true] - ε · mean(s)

    This is the cross-entropy against (1 - ε) on the target token plus ε / V on every token.

    Args:
        y_true: int `[..., length]`, token ids.
        y_pred: float `[..., length, vocabulary]`, logits, or log-probabilities if `from_log_probs`.
        label_smoothing: float, ε in [0, 1).
        from_log_probs: bool. Whether y_pred holds log-probabilities, such as the mixture of a copy head.

    Returns:
        float `[..., length]`, one value per token, in nats.

    Raises:
        ValueError: the shape of y_true differs from the shape of y_pred without its last axis. In eager mode also if an
            id is not one of the vocabulary.

    Example:

    >>> float(sequence_crossentropy([[0]], [[[2.0, 0.0, 0.0]]])[0, 0])
    0.239...
    """
    y_pred, y_true = ops.convert_to_tensor(y_pred), ops.convert_to_tensor(y_true)
    check_ids(y_true, y_pred, name="y_true")
    ids = ops.cast(y_true, "int32")
    if not shapes_match(ids.shape, y_pred.shape[:-1]):
        raise ValueError(
            "Expected y_true to hold one token id for each position of y_pred [..., length, vocabulary]. "
            f"Received: y_true.shape={tuple(ids.shape)}, y_pred.shape={tuple(y_pred.shape)}"
        )
    if from_log_probs:
        is_target = ops.arange(ops.shape(y_pred)[-1], dtype="int32") == ops.expand_dims(ids, -1)
        loss = -ops.sum(ops.where(is_target, y_pred, 0), axis=-1)  # on CPUs the gradient of a gather is twice as slow
    else:
        loss = ops.sparse_categorical_crossentropy(ids, y_pred, from_logits=True)
    if not label_smoothing:
        return loss
    log_normalizer = 0.0 if from_log_probs else ops.logsumexp(y_pred, axis=-1)
    uniform_loss = log_normalizer - ops.mean(y_pred, axis=-1)
    return (1 - label_smoothing) * loss + label_smoothing * uniform_loss


@keras.saving.register_keras_serializable(package="textzoo")
class SequenceCrossentropy(keras.losses.Loss):
    """Token cross-entropy averaged over target tokens, not over examples.

        loss = Σ w · ce / Σ w

    Each token counts alike, whatever the length of its target. `w` is the Keras mask of y_pred times `sample_weight`;
    padding has weight 0. Under a distribution strategy each replica averages over its own tokens; the zoo's models
    make the loss the mean over the tokens of all. See `sequence_crossentropy` for `ce`.

    Args:
        label_smoothing: float, ε in [0, 1).
        from_log_probs: bool. Whether y_pred holds log-probabilities, such as the mixture of a copy head.
        reduction: as in `keras.losses.Loss`; the default is the mean over tokens.
        name: name of the loss.
        dtype: dtype of the computation, float32 if not set otherwise.

    Call arguments:
        y_true: int `[..., length]`.
        y_pred: float `[..., length, vocabulary]`.
        sample_weight: float `[..., length]`, or with fewer trailing axes: one weight per example, used for all its
            tokens.

    Raises:
        ValueError: `label_smoothing` is outside [0, 1), or the shapes do not match.

    Example:

    >>> logits = [[[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [9.0, 9.0, 9.0]]]
    >>> loss = SequenceCrossentropy()([[0, 0, 0]], logits, sample_weight=[[1, 1, 0]])
    >>> float(loss)  # (0.2395 + 2.2395) / 2, the third token is padding
    1.239...

    Reference:
        Szegedy et al., arXiv 1512.00567, section 7 (label smoothing).
    """

    def __init__(
        self,
        label_smoothing: float = 0.0,
        from_log_probs: bool = False,
        *,
        reduction: str | None = "mean_with_sample_weight",
        name: str = "sequence_crossentropy",
        dtype: Any = None,
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"Expected label_smoothing in [0, 1). Received: label_smoothing={label_smoothing}")
        self.label_smoothing = label_smoothing
        self.from_log_probs = from_log_probs

    def __call__(self, y_true, y_pred, sample_weight=None):
        y_true = ops.convert_to_tensor(y_true)
        if sample_weight is not None:
            sample_weight = _broadcast_weight(ops.convert_to_tensor(sample_weight, dtype=self.dtype), y_true)
        return super().__call__(y_true, y_pred, sample_weight)

    def call(self, y_true, y_pred):
        return sequence_crossentropy(
            y_true, y_pred, label_smoothing=self.label_smoothing, from_log_probs=self.from_log_probs
        )

    def get_config(self):
        return {
            **super().get_config(),
            "label_smoothing": self.label_smoothing,
            "from_log_probs": self.from_log_probs,
        }


def _broadcast_weight(weight: Tensor, y_true: Tensor) -> Tensor:
    """Broadcasts weights `[batch]` or `[batch, 1]` over the tokens of y_true."""
    for _ in range(ops.ndim(y_true) - ops.ndim(weight)):
        weight = ops.expand_dims(weight, -1)
    return ops.broadcast_to(weight, ops.shape(y_true))
