"""Tensors from and to a safetensors file."""

import os
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Every tensor of a file by name; ValueError where the file is broken."""
    try:
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path}: expected a whole safetensors file. Received: {error}.") from None


def write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Writes tensors under their names, with the metadata that transformers asks for; a file in their place stays until
    theirs is whole."""
    part = path.with_name(path.name + ".part")
    part.touch()
    mode = part.stat().st_mode
    try:
        save_file({name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}, part, {"format": "pt"})
    except SafetensorError as error:
        part.unlink(missing_ok=True)
        raise OSError(f"{path}: expected room to write it. Received: {error}.") from None
    part.chmod(mode)  # the library leaves the file to its owner only
    os.replace(part, path)
