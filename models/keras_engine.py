"""Loader of models for the engine Keras."""

from typing import Any

from .contextual_embedder import ContextualEmbedder
from .encoder import Encoder


def load_keras_model(task: str, preset: Any, **options: Any) -> Any:
    """Loads a model of a task.

    Args:
        task: Name of a class of `textzoo.models`.
        preset: As in `Task.from_preset`.
        **options: Arguments of `from_preset`; `layers` of the embedder.
    """
    from . import __dict__ as models

    if task == "ContextualEmbedder":
        return ContextualEmbedder(Encoder.from_preset(preset), **options)
    return models[task].from_preset(preset, **options)
