"""Loading of saved weights into an existing model."""

import os
from pathlib import Path

import keras

from ...data.preset_config import WEIGHTS_FILE
from ..checkpoints.safetensors_file import stored_tensors
from .assign_tensors import assign_tensors
from .variable_paths import variable_paths


def load_weights(model: keras.Model, folder: str | os.PathLike) -> None:
    """Assigns the weights that `save_to_preset` wrote to a model of the same architecture.

    Low-rank updates (LoRA) keep their values: a folder holds them merged into the kernels.

    Args:
        model: A built model.
        folder: Folder of a saved model.

    Raises:
        ValueError: The file is incomplete or lacks a weight of the model, or a weight is not finite. No weight is
            assigned.
    """
    path = Path(folder) / WEIGHTS_FILE
    variables = {name: variable for name, variable in variable_paths(model).items() if "lora_kernel" not in name}
    assign_tensors(variables, stored_tensors(path), path=path)
