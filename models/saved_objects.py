"""Checks of the objects that a saved configuration builds."""

from typing import Any

import keras

from ..data.config_fields import MAX_SHOWN, Field, check_field
from ..layers.activation import get_activation


def _is_activation(value: Any) -> bool:
    try:
        activation = get_activation(value) if isinstance(value, str | dict) else None
    except Exception:  # a saved layer raises whatever its constructor raises
        return False
    return callable(activation) and not isinstance(activation, type)


ACTIVATION = Field("an activation", _is_activation)


def check_activation(name: str, value: Any, *, source: str) -> None:
    """Raises ValueError unless a value is the name or the saved configuration of an activation; see `check_field`."""
    check_field(name, value, ACTIVATION, source=source)


def check_objects(value: Any, *, source: str) -> None:
    """Checks that a configuration builds only objects that open no files.

    These are the zoo's, those of classes that the user has registered, and Keras's activations, initializers and dtype
    policies.

    Args:
        value: Any part of a configuration.
        source: File of the configuration, for the message.

    Raises:
        ValueError: The configuration holds another object.
    """
    if isinstance(value, dict):
        if "class_name" in value and not _is_safe_object(value):
            shown = f"{value.get('module')}.{value['class_name']}"
            raise ValueError(
                f"{source}: expected objects of textzoo, or of classes that are registered with Keras. "
                f"Received: {shown:.{MAX_SHOWN}}."
            )
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            check_objects(item, source=source)


SAFE_LAYERS = ("ELU", "LeakyReLU", "PReLU", "ReLU")


def _is_safe_object(node: dict) -> bool:
    module, class_name, registered = node.get("module"), node["class_name"], node.get("registered_name")
    if not isinstance(class_name, str) or not isinstance(node.get("config", {}), dict | str):
        return False
    if class_name == "function":
        config = node.get("config")
        is_registered = isinstance(config, str) and keras.saving.get_registered_object(config) is not None
        return is_registered or (isinstance(config, str) and _is_activation(config))
    if isinstance(registered, str) and ">" in registered:
        is_builtin = isinstance(module, str) and module.split(".")[0] == "keras"
        return keras.saving.get_registered_object(registered) is not None or not is_builtin
    return (
        (module == "keras" and class_name == "DTypePolicy")
        or module == "keras.initializers"
        or (module == "keras.layers" and class_name in SAFE_LAYERS)
    )
