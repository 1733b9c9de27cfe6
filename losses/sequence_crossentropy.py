"""Cross-entropy of token sequences, averaged over target tokens."""

from typing import Any

import keras
from keras import ops

Tensor = Any


def sequence_crossentropy(
    y_true: Tensor, y_pred: Tensor, label_smoothing: float = 0.0, from_log_probs: bool = False
) -> Tensor:
    """Cross-entropy of each target token.

    With smoothing ε and logits s over a vocabulary of V tokens:

        ce = logsumexp(s) - (1 - ε) · s[y_true] - ε · mean(s)

    which is the cross-entropy against (1 - ε) on the token plus ε / V on every token.

    Args:
        y_true: int `[..., length]`, token ids.
        y_pred: float `[..., length, vocabulary]`, logits, or log-probabilities if `from_log_probs`.
        label_smoothing: ε in [0, 1).
        from_log_probs: y_pred are log-probabilities already, e.g. the mixture of a copy head.

    Returns:
        float `[..., length]`, one value a token, in nats.

    Raises:
        ValueError: the shape of y_true is not the shape of y_pred without its last axis.

    Example:

    >>> float(sequence_crossentropy([[0]], [[[2.0, 0.0, 0.0]]])[0, 0])
    0.239...
    """
    y_pred = ops.convert_to_tensor(y_pred)
    ids = ops.cast(y_true, "int32")
    expected, received = tuple(y_pred.shape[:-1]), tuple(ids.shape)
    if len(expected) != len(received) or any(
        a is not None and b is not None and a != b for a, b in zip(expected, received, strict=True)
    ):
        raise ValueError(
            "Expected y_true to hold one token id for each position of y_pred [..., length, vocabulary]. "
            f"Received: y_true.shape={received}, y_pred.shape={tuple(y_pred.shape)}"
        )
    if from_log_probs:
        right = ops.arange(ops.shape(y_pred)[-1], dtype="int32") == ops.expand_dims(ids, -1)
        token = -ops.sum(ops.where(right, y_pred, 0), axis=-1)  # on CPUs the gradient of a gather takes twice as long
    else:
        token = ops.sparse_categorical_crossentropy(ids, y_pred, from_logits=True)
    if not label_smoothing:
        return token
    log_normaliser = 0.0 if from_log_probs else ops.logsumexp(y_pred, axis=-1)
    uniform = log_normaliser - ops.mean(y_pred, axis=-1)
    return (1 - label_smoothing) * token + label_smoothing * uniform


@keras.saving.register_keras_serializable(package="textzoo")
class SequenceCrossentropy(keras.losses.Loss):
    """Token cross-entropy averaged over target tokens, not over examples.

        loss = Σ w · ce / Σ w

    so a long target counts for as many tokens as it has. `w` is the Keras mask of y_pred times `sample_weight`; padding
    is what has weight 0. Under a distribution strategy each replica averages over its own tokens, and replicas count
    alike. See `sequence_crossentropy` for `ce`.

    Args:
        label_smoothing: ε in [0, 1).
        from_log_probs: y_pred are log-probabilities already, e.g. the mixture of a copy head.
        reduction: as in `keras.losses.Loss`; the default is the mean over tokens.
        name: name of the loss.
        dtype: dtype of the computation, float32 if not set otherwise.

    Call arguments: y_true int `[..., length]`; y_pred float `[..., length, vocabulary]`; sample_weight float
    `[..., length]`, or with fewer trailing axes (one weight an example), which are repeated over the tokens.

    Raises:
        ValueError: label_smoothing outside [0, 1), or shapes that do not fit.

    Example:

    >>> logits = [[[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [9.0, 9.0, 9.0]]]
    >>> loss = SequenceCrossentropy()([[0, 0, 0]], logits, sample_weight=[[1, 1, 0]])
    >>> float(loss)  # (0.2395 + 2.2395) / 2, the third token is padding
    1.239...

    Reference:
        Szegedy et al., arXiv 1512.00567, section 7, for label smoothing.
    """

    def __init__(
        self,
        label_smoothing: float = 0.0,
        from_log_probs: bool = False,
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
            sample_weight = _spread(ops.convert_to_tensor(sample_weight, dtype=self.dtype), y_true)
        return super().__call__(y_true, y_pred, sample_weight)

    def call(self, y_true, y_pred):
        return sequence_crossentropy(y_true, y_pred, self.label_smoothing, self.from_log_probs)

    def get_config(self):
        return {
            **super().get_config(),
            "label_smoothing": self.label_smoothing,
            "from_log_probs": self.from_log_probs,
        }


def _spread(weight: Tensor, y_true: Tensor) -> Tensor:
    """Repeat weights `[batch]` or `[batch, 1]` over the tokens of y_true."""
    for _ in range(ops.ndim(y_true) - ops.ndim(weight)):
        weight = ops.expand_dims(weight, -1)
    return ops.broadcast_to(weight, ops.shape(y_true))
