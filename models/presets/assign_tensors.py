"""Assignment of stored tensors to the variables of a model."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


def assign_tensors(
    variables: Mapping[str, Any],
    tensors: Mapping[str, np.ndarray],
    *,
    path: Path,
    stored_names: Mapping[str, str] | None = None,
    unused: list[str] | None = None,
) -> None:
    """Assigns every variable its tensor; if any tensor does not fit, assigns none.

    Args:
        variables: Variables by path.
        tensors: Tensors by the same paths. Tensors of other paths are ignored.
        path: The file of the tensors, for messages.
        stored_names: Names of the tensors in the file by path, where they differ from the path.
        unused: Names of tensors in the file that the model has no variable for. A warning lists them.

    Raises:
        ValueError: Tensors are missing or have another shape; the message names all of them.
    """
    stored_names = stored_names or {}
    missing = [stored_names.get(variable, variable) for variable in variables if variable not in tensors]
    if missing:
        others = f"; it has {', '.join(unused)} instead" if unused else ""
        raise ValueError(f"{path} lacks tensors of the model: {', '.join(missing)}{others}.")
    misshapen = [
        f"{stored_names.get(name, name)} {tuple(tensors[name].shape)} instead of {tuple(variable.shape)}"
        for name, variable in variables.items()
        if tuple(tensors[name].shape) != tuple(variable.shape)
    ]
    if misshapen:
        raise ValueError(f"{path}: expected the shapes of the configuration. Received: {', '.join(misshapen)}.")
    if unused:
        warnings.warn(f"{path}: tensors that the model does not use: {', '.join(unused)}.", stacklevel=2)
    for name, variable in variables.items():
        variable.assign(np.asarray(tensors[name]).astype("float32"))
