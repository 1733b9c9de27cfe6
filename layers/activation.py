"""Activations by name."""

from collections.abc import Callable

import keras
from keras import ops
from keras.layers import Layer

from .sau import SAU
from .smooth_relu import SmoothReLU


def gelu_tanh(x):
    """Google BERT's form of GELU, with tanh."""
    return ops.gelu(x, approximate=True)


def gelu_erf(x):
    """The exact GELU."""
    return ops.gelu(x, approximate=False)


FUNCTIONS = {"gelu": gelu_erf, "gelu_tanh": gelu_tanh, "gelu_new": gelu_tanh}
LAYERS = {"sau": SAU, "smooth_relu": SmoothReLU}


def get_activation(name: str | dict | Callable) -> Callable:
    """An activation by its name or saved configuration; a function comes back as it is, a layer as a new one like it.

    Beyond the names of Keras: `gelu` (exact), `gelu_tanh` and `gelu_new`, `sau` and `smooth_relu`.
    """
    if isinstance(name, Layer):
        return type(name).from_config(name.get_config())
    if callable(name):
        return name
    if isinstance(name, str) and name in LAYERS:
        return LAYERS[name](name=name)
    return FUNCTIONS[name] if isinstance(name, str) and name in FUNCTIONS else keras.activations.get(name)
