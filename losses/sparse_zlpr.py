"""ZLPR loss for labels given as class ids."""

from typing import Any

import keras
from keras import ops

from .validation import check_float_logits, check_ids, check_sample_weight, is_concrete, shapes_match
from .zlpr import zlpr

Tensor = Any


def sparse_zlpr(label_ids: Tensor, y_pred: Tensor, *, threshold: float | Tensor = 0.0) -> Tensor:
    """Computes `zlpr` from the ids of the positive classes, for many classes of which few are positive.

    Args:
        label_ids: int `[..., labels]`, ids of the positive classes without repetition, padded with -1.
        y_pred: float `[..., classes]`, logits; -inf where a class does not apply.
        threshold: float or tensor that broadcasts to y_pred, s0.

    Returns:
        `[...]` in the dtype of y_pred, equal to `zlpr` of the multi-hot labels.

    Raises:
        ValueError: y_pred is not floating point, or the leading dimensions differ. In eager mode also if an id is
            outside -1 … classes - 1 or repeated within an example. In a compiled function an id outside gives NaN.

    Example:

    >>> float(sparse_zlpr([0, -1], [2.0, -1.0, -3.0]))
    0.475...

    Reference:
        Su Jianlin, https://kexue.fm/archives/7359; https://arxiv.org/abs/2208.02955
    """
    y_pred = ops.convert_to_tensor(y_pred)
    check_float_logits(y_pred)
    check_ids(label_ids, y_pred, name="label_ids", smallest=-1)  # becoming a tensor may change an id
    label_ids = ops.convert_to_tensor(label_ids)
    if keras.backend.standardize_dtype(label_ids.dtype).startswith("uint"):
        label_ids = ops.cast(label_ids, "int64")
    _check_leading_dimensions(label_ids, y_pred)
    classes = y_pred.shape[-1]
    # Before the cast, which may wrap a large id to a small one.
    is_known = ops.all(ops.logical_and(label_ids >= -1, label_ids < classes), axis=-1)
    label_ids = ops.cast(ops.where(is_known[..., None], label_ids, -1), "int32")
    if is_concrete(label_ids):
        _check_distinct(label_ids)
    labels = _multi_hot(label_ids, classes, dtype=y_pred.dtype)
    loss = zlpr(ops.reshape(labels, ops.shape(y_pred)), y_pred, threshold=threshold)
    return ops.where(is_known, loss, float("nan"))


@keras.saving.register_keras_serializable(package="textzoo")
class SparseZLPR(keras.losses.Loss):
    """ZLPR of label ids as a Keras loss object; see `sparse_zlpr`.

    Args:
        threshold: float, s0, the logit that separates positive from negative classes.
        reduction: as in `keras.losses.Loss`; the default is the mean over all examples.
        name: name of the loss.
        dtype: dtype of the computation, float32 if not set otherwise; it must hold the class ids exactly.

    Call arguments:
        y_true: int `[..., labels]`, padded with -1.
        y_pred: float `[..., classes]`.
        sample_weight: float `[...]`.

    Example:

    >>> float(SparseZLPR()([[0, -1], [-1, -1]], [[2.0, -1.0, -3.0], [-2.0, -1.0, -3.0]]))
    0.458...

    Reference:
        Su Jianlin, https://kexue.fm/archives/7359; https://arxiv.org/abs/2208.02955
    """

    def __init__(
        self,
        threshold: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        *,
        name: str = "sparse_zlpr",
        dtype: Any = None,
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.threshold = threshold

    def __call__(self, y_true, y_pred, sample_weight=None):
        check_float_logits(y_pred)
        y_pred = ops.convert_to_tensor(y_pred)
        check_sample_weight(sample_weight, y_pred.shape[:-1])
        check_ids(y_true, y_pred, name="label_ids", smallest=-1)
        loss = super().__call__(ops.convert_to_tensor(y_true), y_pred, sample_weight)
        return loss if self.reduction in (None, "none") else ops.sum(loss)  # Keras does not reduce an empty batch

    def call(self, y_true, y_pred):
        return sparse_zlpr(y_true, y_pred, threshold=self.threshold)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


def _multi_hot(label_ids, classes, *, dtype):
    """Returns multi-hot labels `[examples, classes]` by one scatter; padding adds 0 to class 0."""
    if label_ids.shape[-1] == 0:
        return ops.zeros((*ops.shape(label_ids)[:-1], classes), dtype)
    flat = ops.reshape(label_ids, (-1, label_ids.shape[-1]))
    rows = ops.broadcast_to(ops.expand_dims(ops.arange(ops.shape(flat)[0], dtype="int32"), -1), ops.shape(flat))
    indices = ops.reshape(ops.stack([rows, ops.maximum(flat, 0)], axis=-1), (-1, 2))
    values = ops.reshape(ops.cast(flat >= 0, dtype), (-1,))
    return ops.scatter(indices, values, (ops.shape(flat)[0], classes))


def _check_leading_dimensions(label_ids, y_pred):
    ids, logits = tuple(label_ids.shape), tuple(y_pred.shape)
    if len(ids) != len(logits) or not shapes_match(ids[:-1], logits[:-1]):
        raise ValueError(
            "Expected label_ids [..., labels] and y_pred [..., classes] with the same leading dimensions. "
            f"Received: label_ids.shape={ids}, y_pred.shape={logits}"
        )


def _check_distinct(label_ids):
    if 0 in label_ids.shape:
        return
    sorted_ids = ops.sort(label_ids, axis=-1)
    repeated = (sorted_ids[..., 1:] == sorted_ids[..., :-1]) & (sorted_ids[..., 1:] >= 0)
    if bool(ops.any(repeated)):
        label_id = int(ops.max(ops.where(repeated, sorted_ids[..., 1:], -1)))
        raise ValueError(f"Expected each label id at most once per example. Received: id {label_id} more than once")
