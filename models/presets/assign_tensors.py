"""Assignment of stored tensors to the variables of a model."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...data.check_finite import check_finite
from ..checkpoints.checkpoint import StoredTensor

FLOATS = ("float16", "bfloat16", "float32", "float64")


def assign_tensors(
    variables: Mapping[str, Any],
    tensors: Mapping[str, StoredTensor],
    *,
    path: Path,
    stored_names: Mapping[str, str] | None = None,
    unused: list[str] | None = None,
) -> None:
    """Assigns every variable its tensor; if any tensor does not fit, assigns none.

    Args and errors are those of `read_values`.
    """
    values = read_values(variables, tensors, path=path, stored_names=stored_names, unused=unused)
    for name, variable in variables.items():
        variable.assign(values[name])


def read_values(
    variables: Mapping[str, Any],
    tensors: Mapping[str, StoredTensor],
    *,
    path: Path,
    stored_names: Mapping[str, str] | None = None,
    unused: list[str] | None = None,
) -> dict[str, np.ndarray]:
    """Reads the tensor of every variable.

    Args:
        variables: Variables by path.
        tensors: Tensors by the same paths. Tensors of other paths are ignored.
        path: The file of the tensors, for messages.
        stored_names: Names of the tensors in the file by path, where they differ from the path.
        unused: Names of tensors in the file that the model has no variable for. A warning lists them.

    Returns:
        float32 values by the paths of the variables.

    Raises:
        ValueError: As `check_tensors`, or a tensor holds NaN or infinity.
    """
    stored_names = stored_names or {}
    shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
    check_tensors(shapes, tensors, path=path, stored_names=stored_names, unused=unused)
    if unused:
        warnings.warn(f"{path}: tensors that the model does not use: {', '.join(unused)}.", stacklevel=3)
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinity, which is refused
        values = {name: np.asarray(tensors[name].read(), "float32") for name in variables}
    check_finite({stored_names.get(name, name): value for name, value in values.items()}, source=path)
    return values


def check_tensors(
    shapes: Mapping[str, tuple[int, ...]],
    tensors: Mapping[str, StoredTensor],
    *,
    path: Path,
    stored_names: Mapping[str, str] | None = None,
    unused: list[str] | None = None,
) -> None:
    """Checks that a file has a tensor of the right shape and type for every variable, before any data is read.

    Args:
        shapes: Shapes of the variables by path.
        tensors: As in `read_values`.
        path: As in `read_values`.
        stored_names: As in `read_values`.
        unused: As in `read_values`.

    Raises:
        ValueError: Tensors are missing, have another shape, or are no floating point numbers; the message names all.
    """
    stored_names = stored_names or {}
    missing = [stored_names.get(name, name) for name in shapes if name not in tensors]
    if missing:
        others = f"; it has {', '.join(unused)} instead" if unused else ""
        raise ValueError(f"{path} lacks tensors of the model: {', '.join(missing)}{others}.")
    misshapen = [
        f"{stored_names.get(name, name)} {tensors[name].shape} instead of {shape}"
        for name, shape in shapes.items()
        if tensors[name].shape != shape
    ]
    if misshapen:
        raise ValueError(f"{path}: expected the shapes of the configuration. Received: {', '.join(misshapen)}.")
    others = [
        f"{stored_names.get(name, name)} {tensors[name].dtype}" for name in shapes if tensors[name].dtype not in FLOATS
    ]
    if others:
        raise ValueError(f"{path}: expected tensors in {' or '.join(FLOATS)}. Received: {', '.join(others)}.")
