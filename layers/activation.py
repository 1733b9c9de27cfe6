"""Activations by name."""

from collections.abc import Callable

import keras
from keras import ops


def gelu_tanh(x):
    """Google BERT's form of GELU, with tanh."""
    return ops.gelu(x, approximate=True)


def gelu_erf(x):
    """The exact GELU."""
    return ops.gelu(x, approximate=False)


NAMED = {"gelu": gelu_erf, "gelu_tanh": gelu_tanh, "gelu_new": gelu_tanh}


def get_activation(name: str | dict | Callable) -> Callable:
    """An activation by its name or saved configuration; a callable comes back as it is."""
    if callable(name):
        return name
    return NAMED[name] if isinstance(name, str) and name in NAMED else keras.activations.get(name)
