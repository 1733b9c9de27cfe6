"""From a preset's name to its folder."""

import difflib
import os
from pathlib import Path

PRESETS = Path(__file__).parent


def known_presets() -> list[str]:
    """The names of the presets that ship with the package."""
    return sorted(folder.name for folder in PRESETS.iterdir() if (folder / "config.json").is_file())


def find_preset(name_or_path: str | os.PathLike) -> Path:
    """The folder of a preset that ships with the package, or the path itself.

    Args:
        name_or_path: A known name, or a path of a folder or of a checkpoint. A path wins over a name only where it
            exists.

    Raises:
        ValueError: It is neither; the nearest known name is suggested.
    """
    path = Path(name_or_path).expanduser()
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
