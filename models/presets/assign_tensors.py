"""Tensors of a file into the variables of a model."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


def assign_tensors(
    variables: Mapping[str, Any],
    tensors: Mapping[str, np.ndarray],
    path: Path,
    names: Mapping[str, str] | None = None,
    unused: list[str] | None = None,
) -> None:
    """Assigns every variable its tensor, or none of them any.

    Args:
        variables: Variables by path.
        tensors: Tensors by the same paths; others are left alone.
        path: The file they come from, for messages.
        names: What the file calls them, where it calls them otherwise.
        unused: Names of tensors that nothing in the model wants; a warning names them.

    Raises:
        ValueError: A tensor is missing or has another shape; each one is named.
    """
    names = names or {}
    missing = [names.get(variable, variable) for variable in variables if variable not in tensors]
    if missing:
        instead = f"; but {', '.join(unused)}" if unused else ""
        raise ValueError(f"{path}: expected every tensor of the model. Received: no {', '.join(missing)}{instead}.")
    wrong = [
        f"{names.get(name, name)} {tuple(tensors[name].shape)} instead of {tuple(variable.shape)}"
        for name, variable in variables.items()
        if tuple(tensors[name].shape) != tuple(variable.shape)
    ]
    if wrong:
        raise ValueError(f"{path}: expected the shapes of the configuration. Received: {', '.join(wrong)}.")
    if unused:
        warnings.warn(f"{path}: tensors that the model does not use: {', '.join(unused)}.", stacklevel=2)
    for name, variable in variables.items():
        variable.assign(np.asarray(tensors[name]).astype("float32"))
