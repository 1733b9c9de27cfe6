"""Places and shapes of the tensors in a safetensors file."""

import json
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

_DTYPES = {"F32": "float32", "F16": "float16", "U8": "uint8"}
_MAX_HEADER = 100_000_000


class TensorLocation(NamedTuple):
    """A tensor in a file: its dtype, shape, and the offset and length of its bytes."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    length: int


def safetensors_index(path: Path) -> dict[str, TensorLocation]:
    """Reads the index of a safetensors file, not its tensors.

    Args:
        path: The file.

    Returns:
        Tensors by name.

    Raises:
        ValueError: The file is incomplete or not a safetensors file, or a tensor is neither float32 nor float16 nor
            uint8.

    Example:

    >>> from safetensors.numpy import save_file
    >>> save_file({"bias": np.zeros((2, 3), "float32")}, "weights.safetensors")
    >>> stored = safetensors_index(Path("weights.safetensors"))["bias"]
    >>> stored.dtype, stored.shape, stored.length
    ('float32', (2, 3), 24)

    Reference:
        https://huggingface.co/docs/safetensors/index#format
    """
    try:
        with open(path, "rb") as file:
            size = path.stat().st_size
            header_length = int.from_bytes(file.read(8), "little")
            if not 0 < header_length <= min(size - 8, _MAX_HEADER):
                raise ValueError("no header")
            header = json.loads(file.read(header_length))
        header.pop("__metadata__", None)
        index = {name: _tensor_location(entry, 8 + header_length, size) for name, entry in header.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path}: not a complete safetensors file ({error}); copy or save it again.") from None
    return index


def _tensor_location(entry: dict, start: int, size: int) -> TensorLocation:
    if entry["dtype"] not in _DTYPES:
        raise ValueError(f"dtype {entry['dtype']}, expected one of {', '.join(_DTYPES)}")
    dtype, shape = _DTYPES[entry["dtype"]], tuple(entry["shape"])
    begin, end = entry["data_offsets"]
    if not all(type(number) is int and number >= 0 for number in (*shape, begin, end)):
        raise ValueError("a size that is no number")
    if not 0 <= begin <= end <= size - start or math.prod(shape) * np.dtype(dtype).itemsize != end - begin:
        raise ValueError("a tensor outside the file")
    return TensorLocation(dtype, shape, start + begin, end - begin)


def map_tensor(path: Path, stored: TensorLocation) -> np.ndarray:
    """Returns a tensor of a file as an array that is read from disk where it is used."""
    if not stored.length:
        return np.zeros(stored.shape, stored.dtype)
    return np.memmap(path, stored.dtype, "c", stored.offset, stored.shape)
