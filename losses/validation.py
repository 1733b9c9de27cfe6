"""Checks of values that need a concrete tensor: they run in eager mode and are skipped while tracing."""

import functools
import warnings
from typing import Any

import keras
from keras import ops

Tensor = Any


def is_concrete(tensor: Tensor) -> bool:
    """Whether the values of a tensor can be read now."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.is_tensor(tensor) and tf.executing_eagerly()
    if keras.backend.backend() == "jax":
        import jax

        return not isinstance(tensor, jax.core.Tracer)
    # Keras asks for output shapes on torch with tensors of ones; no public name tells them from real ones.
    from keras.src.backend.common.symbolic_scope import in_symbolic_scope

    return not in_symbolic_scope()


def check_float_logits(y_pred: Tensor) -> None:
    """Labels are often integers: as y_pred they are a sign of swapped arguments."""
    dtype = keras.backend.standardize_dtype(ops.convert_to_tensor(y_pred).dtype)
    if "float" not in dtype:
        raise ValueError(f"Expected y_pred to hold floating point logits. Received: y_pred.dtype={dtype}")


def warn_if_probabilities(y_pred: Tensor) -> None:
    """Warn, once in a process, where y_pred looks like the output of a sigmoid."""
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
        "y_pred lies in [0, 1] throughout. ZLPR expects logits: is there a sigmoid or softmax before the loss?",
        stacklevel=4,
    )
