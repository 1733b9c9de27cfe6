"""Input checks of losses: static shapes and dtypes, and in eager mode values too."""

import functools
import warnings
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

Tensor = Any


def is_concrete(tensor: Tensor) -> bool:
    """Returns whether the values of a tensor can be read now: in eager mode, not while tracing."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.is_tensor(tensor) and tf.executing_eagerly()
    if keras.backend.backend() == "jax":
        import jax.core  # pyright: ignore[reportMissingImports]

        return not isinstance(tensor, jax.core.Tracer)
    # On torch Keras infers output shapes by calls with tensors of ones, and no public name tells them from real ones.
    # This private name is known to work with Keras 3.15.
    from keras.src.backend.common.symbolic_scope import in_symbolic_scope

    return not in_symbolic_scope()


def shapes_match(shape: Sequence[int | None], other: Sequence[int | None]) -> bool:
    """Returns whether two static shapes can be equal; None matches any size."""
    return len(shape) == len(other) and all(a is None or b is None or a == b for a, b in zip(shape, other, strict=True))


def check_ids(ids: Tensor, logits: Tensor, *, name: str, smallest: int = 0) -> None:
    """Checks in eager mode that ids are whole numbers of known classes.

    Args:
        ids: Numbers of any type, as the caller passes them: becoming a tensor may change an id that is out of range.
        logits: `[..., classes]`, a tensor.
        name: Name of the argument, for the message.
        smallest: Smallest id: -1 where it marks padding.

    Raises:
        ValueError: An id is not a whole number, is below `smallest`, or is not below `classes`.
    """
    if not is_concrete(logits) or (ops.is_tensor(ids) and not is_concrete(ids)):
        return
    values = np.asarray(ops.convert_to_numpy(ids), "float64")
    classes = logits.shape[-1]
    if values.size and not (np.all(values == np.floor(values)) and values.min() >= smallest and values.max() < classes):
        padding = ", or -1 as padding" if smallest == -1 else ""
        raise ValueError(
            f"Expected {name} of whole numbers from 0 to {classes - 1}{padding}. "
            f"Received: ids from {values.min():.15g} to {values.max():.15g}"
        )


def check_sample_weight(sample_weight: Tensor, leading: Sequence[int | None]) -> None:
    """Checks that weights have one value for each loss, so that multiplying does not broadcast the losses.

    Args:
        sample_weight: Weights, or None.
        leading: Shape of the losses, without the axis of the classes.

    Raises:
        ValueError: The weights have another shape; an axis may be 1 or absent at the end.
    """
    if sample_weight is None:
        return
    shape = tuple(ops.convert_to_tensor(sample_weight).shape)
    sizes = [*leading, 1][: len(shape)]
    fits = len(shape) <= len(leading) + 1
    if not fits or not all(a in (None, 1, b) or b is None for a, b in zip(shape, sizes, strict=True)):
        raise ValueError(
            f"Expected sample_weight of the shape {tuple(leading)}, one weight for each loss. Received: {shape}"
        )


def check_float_logits(y_pred: Tensor) -> None:
    """Raises `ValueError` if y_pred is not floating point, often a sign of swapped arguments."""
    dtype = keras.backend.standardize_dtype(ops.convert_to_tensor(y_pred).dtype)
    if "float" not in dtype:
        raise ValueError(f"Expected y_pred to hold floating point logits. Received: y_pred.dtype={dtype}")


def warn_if_probabilities(y_pred: Tensor) -> None:
    """Warns once per process if y_pred looks like the output of a sigmoid or softmax."""
    if is_concrete(y_pred):
        unmasked = ops.where(ops.isfinite(y_pred), y_pred, 0)
        suspicious = bool(ops.all(unmasked >= 0)) and bool(ops.all(unmasked <= 1)) and bool(ops.any(unmasked > 0))
    else:
        suspicious = getattr(getattr(y_pred, "op", None), "type", None) in ("Sigmoid", "Softmax")
    if suspicious:
        _warn_of_probabilities()


@functools.cache
def _warn_of_probabilities():
    warnings.warn(
        "All values of y_pred are in [0, 1], but ZLPR expects logits. Remove a sigmoid or softmax before the loss.",
        stacklevel=4,
    )
