"""Reading of safetensors files."""

from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from ...data.quantized_tensors import SCALE_SUFFIX, dequantized
from ...data.read_json import read_json
from .checkpoint import StoredTensor

INDEX_FILE = "model.safetensors.index.json"
DTYPES = {
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "I32": "int32",
    "I64": "int64",
    "U32": "uint32",
    "U8": "uint8",
}


def stored_tensors(path: Path) -> dict[str, StoredTensor]:
    """Reads the header of a file, whose lengths the library holds against the file's size.

    Args:
        path: The file.

    Returns:
        Tensors by name. A tensor in 8 bits with scales beside it, see `quantized_weights`, is one in float32.

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
            tensors = {name: tensor(name) for name in file.keys()}
    except (SafetensorError, OSError) as error:
        raise ValueError(_incomplete(path, error)) from None
    for name in [
        name for name, stored in tensors.items() if stored.dtype == "uint8" and name + SCALE_SUFFIX in tensors
    ]:
        tensors[name] = _dequantized(tensors[name], tensors.pop(name + SCALE_SUFFIX))
    return tensors


def _dequantized(values: StoredTensor, scale: StoredTensor) -> StoredTensor:
    return StoredTensor(values.shape, "float32", lambda: dequantized(values.read(), scale.read()))


def read_shards(folder: Path) -> dict[str, StoredTensor]:
    """Reads the headers of weights in several files, `model-00001-of-00002.safetensors` and so on.

    Args:
        folder: Folder with the files and their model.safetensors.index.json.

    Returns:
        Tensors by name.

    Raises:
        ValueError: The index names a file outside the folder, a file is missing or incomplete, or lacks a tensor.
    """
    index = folder / INDEX_FILE
    files = read_json(index).get("weight_map")
    if not isinstance(files, dict) or not all(isinstance(name, str) for name in files.values()):
        raise ValueError(f"{index}: expected weight_map, a file for each tensor; copy or save it again.")
    tensors: dict[str, StoredTensor] = {}
    for name in sorted(set(files.values())):
        path = folder / name
        if "/" in name or "\\" in name or path.suffix != ".safetensors" or not path.is_file():
            raise ValueError(f"{index}: expected {name}, a safetensors file beside it; copy all files of the model.")
        tensors |= {
            tensor: stored for tensor, stored in stored_tensors(path).items() if files.get(tensor, name) == name
        }
    missing = sorted(files.keys() - tensors.keys())
    if missing:
        raise ValueError(f"{index}: the files lack {missing[0]}; copy or save them again.")
    return tensors


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
