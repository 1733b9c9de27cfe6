"""Engines that run models. The packages above register theirs; nothing here imports one."""

import importlib
from collections.abc import Callable
from typing import Any, Protocol

_loaders: dict[str, Callable[..., Any]] = {}


class EngineError(ValueError):
    """An engine does not cover a model, or is not installed."""


class LoadModel(Protocol):
    """Loads the model of a task, such as `"QAGenerator"`, from a preset's name or a folder."""

    def __call__(self, task: str, preset: Any, **options: Any) -> Any: ...


def register_engine(name: str, load: LoadModel) -> None:
    """Registers the loader of an engine.

    Args:
        name: `"light"` or `"keras"`.
        load: Loader of its models.
    """
    _loaders[name] = load


def load_with_engine(name: str, task: str, preset: Any, **options: Any) -> Any:
    """Loads a model on an engine.

    Args:
        name: `"light"` or `"keras"`.
        task: Name of the model's class.
        preset: Preset's name or folder.
        **options: Further arguments of the engine's loader.

    Raises:
        EngineError: The engine does not cover the model, or is not installed.
        ValueError: The name is unknown, or as the loader.
    """
    from .. import ENGINE_MODULES

    if name not in ENGINE_MODULES:
        raise ValueError(f"Expected an engine of {', '.join(ENGINE_MODULES)}. Received: {name!r}.")
    if name not in _loaders:
        importlib.import_module(ENGINE_MODULES[name])
    return _loaders[name](task, preset, **options)
