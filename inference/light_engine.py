"""Registration of the light engine, and its choice for a piece of work."""

import os
from typing import Any

from ..data.engines import EngineError, register_engine
from .light_models import (
    LightEmbedder,
    LightExtractiveQA,
    LightMaskedLM,
    LightMultiLabelClassifier,
    LightQAGenerator,
    LightTitleGenerator,
)

LIGHT_TASKS: dict[str, Any] = {
    "QAGenerator": LightQAGenerator,
    "TitleGenerator": LightTitleGenerator,
    "ExtractiveQA": LightExtractiveQA,
    "MultiLabelClassifier": LightMultiLabelClassifier,
    "MaskedLM": LightMaskedLM,
    "ContextualEmbedder": LightEmbedder,
}
MAX_LIGHT_INPUTS = 2000
"""Number of texts up to which the light engine is chosen; beyond, XLA pays for its compilation."""


def load_light_model(task: str, preset: Any, **options: Any) -> Any:
    """Loads a model of the light engine.

    Args:
        task: Name of the model's class in `textzoo.models`.
        preset: Preset's name, or a folder that `save_to_preset` wrote.
        **options: `preprocessor_options` of a task, or `layers` of the embedder.

    Raises:
        EngineError: The light engine does not cover the model, or onnxruntime is missing.
        ValueError: The folder does not exist or is broken.
    """
    if task not in LIGHT_TASKS:
        raise EngineError(f"The light engine has no task {task}; use Keras.")
    return LIGHT_TASKS[task].from_preset(preset, **options)


def prefers_light(*, num_inputs: int | None, precision: str = "float32") -> bool:
    """Returns whether `auto` tries the light engine: in float32, for few texts, on a machine without a GPU.

    Args:
        num_inputs: Number of texts; None: unknown, such as a stream.
        precision: Keras dtype policy.
    """
    few = num_inputs is None or num_inputs <= MAX_LIGHT_INPUTS
    return few and precision == "float32" and not _has_gpu()


def _has_gpu() -> bool:
    return os.path.exists("/dev/nvidiactl") and os.environ.get("CUDA_VISIBLE_DEVICES") not in ("", "-1")


register_engine("light", load_light_model)
