"""Reading and writing of safetensors files."""

import errno
import os
import re
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from ...data.files import replaced_file


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Reads every tensor of a file.

    Args:
        path: The file.

    Returns:
        Tensors by name.

    Raises:
        ValueError: The file is incomplete or not a safetensors file.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path}: not a complete safetensors file ({error}); copy or save it again.") from None


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
