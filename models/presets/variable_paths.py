"""Attribute paths of the variables of any model."""

from collections.abc import Iterator
from typing import Any

import keras


def variable_paths(model: keras.Layer) -> dict[str, Any]:
    """Returns the variables of a model by attribute path, such as `encoder.encoder_layers.0.attention.query.kernel`.

    Walks the public attributes that hold layers, or lists and dicts of layers. A layer that several attributes hold
    counts once, under its first path.

    Args:
        model: A built layer or model.

    Returns:
        Variables by path, every weight of the model once.

    Raises:
        ValueError: Two weights have the same path.

    Example:

    >>> from textzoo.layers.memory_attention import MemoryAttention
    >>> list(variable_paths(MemoryAttention(hidden_size=4, num_heads=2)))[:2]
    ['query.kernel', 'query.bias']
    """
    paths: dict[str, Any] = {}
    layers: set[int] = set()
    variables: set[int] = set()

    def walk(layer: keras.Layer, prefix: str) -> None:
        layers.add(id(layer))
        for name, value in list(vars(layer).items()):
            if not name.startswith("_"):
                for part, child in _layers_in(name, value):
                    if id(child) not in layers:
                        walk(child, f"{prefix}{part}.")
        for variable in layer.weights:
            if id(variable) not in variables:
                variables.add(id(variable))
                path = prefix + variable.name
                if path in paths:
                    raise ValueError(f"Expected weights with unique paths. Received: {path} twice.")
                paths[path] = variable

    walk(model, "")
    return paths


def _layers_in(name: str, value: Any) -> Iterator[tuple[str, keras.Layer]]:
    if isinstance(value, keras.Layer):
        yield name, value
    elif isinstance(value, list | tuple | dict):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _layers_in(f"{name}.{key}", item)
