"""Lookup of a model's folder by a preset's name, a path or an address of the Hugging Face hub."""

import difflib
import glob
import os
from pathlib import Path

from .hub import SCHEME, hub_folder, suggest_address

PRESETS = Path(__file__).parent.parent / "models" / "presets"
_CHECKPOINT_FILES = (".index", ".meta", ".data-*")  # of a TensorFlow checkpoint, whose path is their prefix


def known_presets() -> list[str]:
    """Returns the names of the presets that ship with the package."""
    return sorted(folder.name for folder in PRESETS.iterdir() if (folder / "config.json").is_file())


def find_preset(name_or_path: str | os.PathLike) -> Path:
    """Returns the folder of a preset that ships with the package or of the hub's cache, or an existing path unchanged.

    Args:
        name_or_path: Name of a preset; path of a folder or a checkpoint; or `hf://owner/name[@revision]`, which is
            downloaded unless it is in the cache. An existing path takes precedence over a name, a name over the prefix
            of a TensorFlow checkpoint.

    Raises:
        ValueError: There is no such path or preset, or as `hub_folder`. The message suggests the nearest name.
    """
    if str(name_or_path).startswith(SCHEME):
        return hub_folder(str(name_or_path))
    if not isinstance(name_or_path, str | os.PathLike):
        raise ValueError(f"Expected a preset's name or a path. Received: {name_or_path!r}.")
    try:
        path = Path(name_or_path).expanduser()
    except RuntimeError:
        raise ValueError(f"Expected a path with the name of a user after ~. Received: {name_or_path}.") from None
    if path.exists():
        return path
    known = known_presets()
    if str(name_or_path) in known:
        return PRESETS / str(name_or_path)
    if ".ckpt" in path.name or _is_checkpoint(path):
        return path
    nearest = difflib.get_close_matches(str(name_or_path).lower(), known, n=1)
    hint = ""
    if nearest:
        hint = f" Did you mean {nearest[0]}?"
    elif address := suggest_address(str(name_or_path)):
        hint = f" For the model of the Hugging Face hub, pass {address}."
    raise ValueError(
        f"Expected a folder or a preset's name ({', '.join(known) or 'none ships yet'}). "
        f"Received: {name_or_path}.{hint}"
    )


def _is_checkpoint(prefix: Path) -> bool:
    """Returns whether files of a TensorFlow checkpoint begin with a path."""
    files = (prefix.parent.glob(glob.escape(prefix.name) + suffix) for suffix in _CHECKPOINT_FILES)
    return any(any(found) for found in files)
