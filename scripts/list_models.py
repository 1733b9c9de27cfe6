"""textzoo models: list the presets of the package, the cached models of the hub and the saved models in a folder.

textzoo models
textzoo models runs
"""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from textzoo.scripts.cli.arguments import ModelPath, parse_arguments
from textzoo.scripts.cli.command import cli_command


@dataclass
class Models:
    """List the presets of the package, the models in the Hugging Face hub's cache, and the saved models in a folder.

    Args:
        folder: Folder to search for saved models, with its subfolders.
    """

    folder: ModelPath = field(default=".", metadata={"positional": True})


@cli_command("textzoo models")
def main(argv: list[str]) -> None:
    args = parse_arguments(Models, argv, prog="textzoo models")
    if not Path(args.folder).is_dir():
        raise ValueError(f"{args.folder} is not a folder; pass the folder of saved models")
    from textzoo.data.find_preset import find_preset, known_presets
    from textzoo.data.hub import cached_models

    print("presets:")
    for name in known_presets():
        print(f"  {name}  {_class_names(find_preset(name))}")
    if cached := cached_models():
        print("cached from the Hugging Face hub:")
        for model in cached:
            print(f"  {model.address}  {_class_names(model.folder) or _model_type(model.folder)}")
    print(f"saved below {args.folder}:")
    for folder, subfolders, _ in os.walk(args.folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        if class_names := _class_names(Path(folder)):
            print(f"  {folder}  {class_names}")


def _class_names(folder: Path) -> str | None:
    """Returns the classes of the model saved in a folder; None if there is no model."""
    from textzoo.data.preset_config import is_preset_folder, preset_classes

    try:
        names = preset_classes(folder) if is_preset_folder(folder) else []
    except (OSError, ValueError):
        return None
    return ", ".join(name.rpartition(">")[2] for name in names) or None


def _model_type(folder: Path) -> str:
    """Returns the architecture that another library's config.json names."""
    from textzoo.data.preset_config import CONFIG_FILE
    from textzoo.data.read_json import read_json

    try:
        return str(read_json(folder / CONFIG_FILE).get("model_type", "bert"))
    except (OSError, ValueError, AttributeError):
        return "bert"


if __name__ == "__main__":
    sys.exit(main())
