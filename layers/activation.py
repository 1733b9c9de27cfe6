"""Activations by name."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from .sau import SAU
from .smooth_relu import SmoothReLU


def gelu_tanh(x):
    """Google BERT's form of GELU, with tanh."""
    return ops.gelu(x, approximate=True)


def gelu_erf(x):
    """The exact GELU; in float32 also where `x` is not, for erf is slow in half precision on CPUs."""
    dtype = keras.backend.standardize_dtype(x.dtype)
    x = ops.cast(x, keras.backend.result_type(dtype, "float32"))
    return ops.cast(ops.gelu(x, approximate=False), dtype)


FUNCTIONS = {"gelu": gelu_erf, "gelu_tanh": gelu_tanh, "gelu_new": gelu_tanh}
LAYERS = {"sau": SAU, "smooth_relu": SmoothReLU}


def get_activation(name: str | dict | Callable) -> Callable:
    """An activation by its name or saved configuration; a function comes back as it is, a layer as a new one like it.

    Beyond the names of Keras: `gelu` (exact), `gelu_tanh` and `gelu_new`, `sau` and `smooth_relu`.
    """
    given: Any = name
    if isinstance(given, keras.Layer):
        return type(given).from_config(given.get_config())
    if isinstance(given, str) and given in LAYERS:
        return LAYERS[given](name=given)
    return FUNCTIONS[given] if isinstance(given, str) and given in FUNCTIONS else keras.activations.get(given)
