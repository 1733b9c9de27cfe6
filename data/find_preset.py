"""Lookup of a model's folder by a preset's name, a path or an address of the Hugging Face hub."""

import difflib
import os
from pathlib import Path

from .hub import HUB_NAME, SCHEME, hub_folder

PRESETS = Path(__file__).parent.parent / "models" / "presets"


def known_presets() -> list[str]:
    """Returns the names of the presets that ship with the package."""
    return sorted(folder.name for folder in PRESETS.iterdir() if (folder / "config.json").is_file())


def find_preset(name_or_path: str | os.PathLike) -> Path:
    """Returns the folder of a preset that ships with the package or of the hub's cache, or an existing path unchanged.

    Args:
        name_or_path: Name of a preset; path of a folder or a checkpoint; or `hf://owner/name[@revision]`, which is
            downloaded unless it is in the cache. An existing path takes precedence over a name.

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
    if path.exists() or any(path.parent.glob(f"{path.name}.*")):
        return path
    known = known_presets()
    if str(name_or_path) in known:
        return PRESETS / str(name_or_path)
    if ".ckpt" in path.name:
        return path
    nearest = difflib.get_close_matches(str(name_or_path), known, n=1)
    hint = ""
    if nearest:
        hint = f" Did you mean {nearest[0]}?"
    elif HUB_NAME.fullmatch(str(name_or_path)):
        hint = f" For the model of the Hugging Face hub, pass {SCHEME}{name_or_path}."
    raise ValueError(
        f"Expected a folder or a preset's name ({', '.join(known) or 'none ships yet'}). "
        f"Received: {name_or_path}.{hint}"
    )
