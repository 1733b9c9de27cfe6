"""Lookup of losses by name, Keras's and the zoo's."""

import inspect
from typing import Any

import keras


def get_loss(identifier: Any) -> keras.losses.Loss:
    """Returns a loss object for a name, a Keras loss function or a loss object.

    The known names are those of Keras's classes and of the classes that the zoo registers. Case and underscores are
    ignored. Keras's short names (`"mse"`) work too.

    Args:
        identifier: a name such as `"zlpr"` or `"binary_crossentropy"`, a `keras.losses` function, or a loss object.

    Returns:
        A `keras.losses.Loss`; a loss object is returned unchanged.

    Raises:
        ValueError: the name is unknown, or the loss needs arguments.

    Example:

    >>> get_loss("sparse_zlpr").name
    'sparse_zlpr'
    """
    if isinstance(identifier, keras.losses.Loss):
        return identifier
    known = {_normalize(name): loss for name, loss in _known_losses().items()}
    name = identifier if isinstance(identifier, str) else getattr(identifier, "__name__", "")
    if isinstance(identifier, str) and _normalize(name) not in known:
        name = _name_of_alias(identifier)
    if _normalize(name) not in known:
        raise ValueError(
            f"Expected a keras.losses.Loss object or one of {sorted(_known_losses())}. Received: {identifier!r}"
        )
    return known[_normalize(name)]()


def _known_losses() -> dict[str, type]:
    zoo = [loss for name, loss in keras.saving.get_custom_objects().items() if name.startswith("textzoo>")]
    classes = [c for c in [*vars(keras.losses).values(), *zoo] if inspect.isclass(c) and issubclass(c, keras.Loss)]
    return {c.__name__: c for c in classes if c is not keras.Loss and _has_only_defaults(c)}


def _name_of_alias(alias: str) -> str:
    try:
        return getattr(keras.losses.get(alias), "__name__", "")
    except ValueError:
        return ""


def _has_only_defaults(loss: type) -> bool:
    parameters = inspect.signature(loss).parameters.values()
    return all(p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)


def _normalize(name: str) -> str:
    return name.replace("_", "").lower()
