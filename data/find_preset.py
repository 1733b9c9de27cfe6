"""Lookup of a model's folder by a preset's name or a path."""

import difflib
import os
from pathlib import Path

PRESETS = Path(__file__).parent.parent / "models" / "presets"


def known_presets() -> list[str]:
    """Returns the names of the presets that ship with the package."""
    return sorted(folder.name for folder in PRESETS.iterdir() if (folder / "config.json").is_file())


def find_preset(name_or_path: str | os.PathLike) -> Path:
    """Returns the folder of a preset that ships with the package, or an existing path unchanged.

    Args:
        name_or_path: Name of a preset, or path of a folder or a checkpoint. An existing path takes precedence over a
            name.

    Raises:
        ValueError: There is no such path or preset. The message suggests the nearest name.
    """
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
    hint = f" Did you mean {nearest[0]}?" if nearest else ""
    raise ValueError(
        f"Expected a folder or a preset's name ({', '.join(known) or 'none ships yet'}). "
        f"Received: {name_or_path}.{hint}"
    )
