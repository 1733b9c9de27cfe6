"""Reading of the saved weights of an existing model."""

import os
from pathlib import Path

import keras
import numpy as np

from ...data.preset_config import WEIGHTS_FILE
from ..checkpoints.safetensors_file import stored_tensors
from .assign_tensors import read_values
from .variable_paths import variable_paths


def stored_weights(model: keras.Model, folder: str | os.PathLike) -> list[np.ndarray]:
    """Reads the weights that `save_to_preset` wrote of a model with the architecture of `model`.

    Args:
        model: A built model, which keeps its own weights.
        folder: Folder of a saved model.

    Returns:
        The weights in the order of `model.get_weights()`. Low-rank updates (LoRA) are those of `model`: a folder holds
        them merged into the kernels.

    Raises:
        ValueError: The file is incomplete or lacks a weight of the model, or a weight is not finite.
    """
    path = Path(folder) / WEIGHTS_FILE
    variables = {name: variable for name, variable in variable_paths(model).items() if "lora_kernel" not in name}
    values = read_values(variables, stored_tensors(path), path=path)
    weights = {id(variable): value for variable, value in zip(model.weights, model.get_weights(), strict=True)}
    weights |= {id(variable): values[name] for name, variable in variables.items()}
    return [weights[id(variable)] for variable in model.weights]
