"""Reading and writing of safetensors files."""

import errno
import os
import re
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ...data.files import replaced_file
from .checkpoint import StoredTensor

DTYPES = {
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "I32": "int32",
    "I64": "int64",
    "U32": "uint32",
}


def stored_tensors(path: Path) -> dict[str, StoredTensor]:
    """Reads the header of a file, whose lengths the library holds against the file's size.

    Args:
        path: The file.

    Returns:
        Tensors by name.

    Raises:
        ValueError: The file is incomplete or not a safetensors file.
    """

    def tensor(name: str) -> StoredTensor:
        header = file.get_slice(name)
        name_in_file = str(header.get_dtype())
        dtype = DTYPES.get(name_in_file, name_in_file)
        return StoredTensor(tuple(header.get_shape()), dtype, lambda: _read_tensor(path, name))

    try:
        with safe_open(path, framework="numpy") as file:
            return {name: tensor(name) for name in file.keys()}
    except (SafetensorError, OSError) as error:
        raise ValueError(_incomplete(path, error)) from None


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Reads every tensor of a file.

    Args:
        path: The file.

    Returns:
        Tensors by name.

    Raises:
        ValueError: As `stored_tensors`, or a tensor has a type that NumPy lacks.
    """
    tensors = stored_tensors(path)
    for name, tensor in tensors.items():
        if tensor.dtype not in DTYPES.values():
            raise ValueError(
                f"{path}: expected {name} in one of {', '.join(DTYPES.values())}. Received: {tensor.dtype}."
            )
    return {name: tensor.read() for name, tensor in tensors.items()}


def _read_tensor(path: Path, name: str) -> np.ndarray:
    try:
        with safe_open(path, framework="numpy") as file:
            return file.get_tensor(name)
    except (SafetensorError, OSError) as error:
        raise ValueError(_incomplete(path, error)) from None


def _incomplete(path: Path, error: Exception) -> str:
    return f"{path}: not a complete safetensors file ({error}); copy or save it again."


def write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Writes tensors with the metadata that transformers asks for.

    A file at `path` is replaced only after the new one is complete.

    Args:
        path: The file.
        tensors: Tensors by name.

    Raises:
        OSError: The file cannot be written, for example because the disk is full.
    """
    with replaced_file(path) as part:
        part.touch()
        mode = part.stat().st_mode
        try:
            save_file({name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}, part, {"format": "pt"})
        except SafetensorError as error:
            number = re.search(r"os error (\d+)", str(error))
            reason = os.strerror(int(number[1])) if number else str(error)
            raise OSError(int(number[1]) if number else errno.EIO, reason) from None
        part.chmod(mode)  # the library makes the file readable to its owner only
