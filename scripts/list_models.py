"""textzoo models: list the presets that ship with the package and the saved models below a folder.

textzoo models
textzoo models runs
"""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow


@dataclass
class Models:
    """List the presets that ship with the package and the saved models below a folder.

    Args:
        folder: Where to look for saved models.
    """

    folder: str = field(default=".", metadata={"bare": True})


@cli_command("textzoo models")
def main(argv: list[str]) -> None:
    settings = parse_arguments(Models, argv, "textzoo models")
    if not Path(settings.folder).is_dir():
        raise ValueError(f"{settings.folder}: expected a folder. Received: none of that name.")
    start_tensorflow()
    from textzoo.models.presets import find_preset, known_presets

    print("presets:")
    for name in known_presets():
        print(f"  {name}  {_classes(find_preset(name))}")
    print(f"saved below {settings.folder}:")
    for folder, folders, _ in os.walk(settings.folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if kinds := _classes(Path(folder)):
            print(f"  {folder}  {kinds}")


def _classes(folder: Path) -> str | None:
    """The classes of the model that is saved in a folder; None where there is none."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        names = [config["class"], *config.get("also", {})] if "textzoo" in config else []
        return ", ".join(name.rpartition(">")[2] for name in names) or None
    except (OSError, ValueError, KeyError, TypeError):
        return None


if __name__ == "__main__":
    sys.exit(main())
