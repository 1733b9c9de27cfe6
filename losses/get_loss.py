"""Losses by name: Keras's and the zoo's."""

import inspect
from typing import Any

import keras


def get_loss(identifier: Any) -> keras.losses.Loss:
    """A loss object from a name, a Keras loss function or a loss object.

    The known names are read off the classes themselves, Keras's and those registered by the zoo. Upper case and
    underscores do not matter, and Keras's short names (`"mse"`) work.

    Args:
        identifier: a name such as `"zlpr"` or `"binary_crossentropy"`, a `keras.losses` function, or a loss object.

    Returns:
        A `keras.losses.Loss`; an object is returned as it is.

    Raises:
        ValueError: no loss of this name is known, or it needs arguments.

    Example:

    >>> get_loss("sparse_zlpr").name
    'sparse_zlpr'
    """
    if isinstance(identifier, keras.losses.Loss):
        return identifier
    known = {_plain(name): loss for name, loss in _known_losses().items()}
    name = identifier if isinstance(identifier, str) else getattr(identifier, "__name__", "")
    if isinstance(identifier, str) and _plain(name) not in known:
        name = _name_of_alias(identifier)
    if _plain(name) not in known:
        raise ValueError(
            f"Expected a keras.losses.Loss object or one of {sorted(_known_losses())}. Received: {identifier!r}"
        )
    return known[_plain(name)]()


def _known_losses() -> dict[str, type]:
    zoo = [loss for name, loss in keras.saving.get_custom_objects().items() if name.startswith("textzoo>")]
    classes = [c for c in [*vars(keras.losses).values(), *zoo] if inspect.isclass(c) and issubclass(c, keras.Loss)]
    return {c.__name__: c for c in classes if c is not keras.Loss and _needs_nothing(c)}


def _name_of_alias(alias: str) -> str:
    try:
        return getattr(keras.losses.get(alias), "__name__", "")
    except ValueError:
        return ""


def _needs_nothing(loss: type) -> bool:
    parameters = inspect.signature(loss).parameters.values()
    return all(p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
