"""Writing of safetensors files."""

import errno
import os
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .files import replaced_file


def write_safetensors(path: Path, tensors: Mapping[str, np.ndarray]) -> None:
    """Writes tensors with the metadata that transformers asks for.

    A file at `path` is replaced only after the new one is complete.

    Args:
        path: The file.
        tensors: Tensors by name.

    Raises:
        OSError: The file cannot be written, for example because the disk is full.

    Example:

    >>> write_safetensors(Path("weights.safetensors"), {"bias": np.zeros(3, "float32")})
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

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
