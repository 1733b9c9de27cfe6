"""Lookup of activations by name."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from .smooth_activation_unit import SAU
from .smooth_relu import SmoothReLU


def gelu_tanh(x):
    """Computes Google BERT's tanh approximation of GELU."""
    return ops.gelu(x, approximate=True)


def gelu_erf(x):
    """Computes the exact GELU, at least in float32: erf is slow in half precision on CPUs."""
    dtype = keras.backend.standardize_dtype(x.dtype)
    x = ops.cast(x, keras.backend.result_type(dtype, "float32"))
    return ops.cast(ops.gelu(x, approximate=False), dtype)


FUNCTIONS = {"gelu": gelu_erf, "gelu_tanh": gelu_tanh, "gelu_new": gelu_tanh}
LAYERS = {"sau": SAU, "smooth_relu": SmoothReLU}


def get_activation(name: str | dict | Callable) -> Callable:
    """Returns an activation by its name or saved configuration.

    Args:
        name: a name of Keras, `"gelu"` (exact), `"gelu_tanh"`, `"gelu_new"` (the same), `"sau"` or `"smooth_relu"`; a
            saved configuration; a function or a layer.

    Returns:
        A function, which is returned unchanged, or a new layer. For a given layer it is a new one of the same
        configuration.

    Raises:
        ValueError: the name is unknown.
    """
    identifier: Any = name
    if isinstance(identifier, keras.Layer):
        return type(identifier).from_config(identifier.get_config())
    if isinstance(identifier, str) and identifier in LAYERS:
        return LAYERS[identifier](name=identifier)
    if isinstance(identifier, str) and identifier in FUNCTIONS:
        return FUNCTIONS[identifier]
    return keras.activations.get(identifier)
