"""Fingerprint of a generating run: its settings and hashes of its input and model."""

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any

MODEL_FILES = ("config.json", "vocab.txt", "model.safetensors")


def run_fingerprint(args: Any, excluded: Collection[str]) -> dict[str, Any]:
    """Returns everything that determines a run's output, for `ResumableOutput`.

    Args:
        args: Dataclass of the command's arguments, with `model` and `input`.
        excluded: Names of arguments on which the output does not depend.

    Returns:
        JSON values by argument name. `model`, `input` and `user_dict` are SHA-256 hashes of the files.
    """
    from textzoo.data.files import sha256_file
    from textzoo.data.find_preset import find_preset
    from textzoo.scripts.cli.input_files import is_stream

    fingerprint = {name: value for name, value in dataclasses.asdict(args).items() if name not in excluded}
    if fingerprint.get("user_dict") is not None:
        fingerprint["user_dict"] = sha256_file(fingerprint["user_dict"])
    folder = Path(find_preset(args.model))
    fingerprint["model"] = [sha256_file(folder / name) for name in MODEL_FILES if (folder / name).is_file()]
    fingerprint["input"] = None if is_stream(args.input) else sha256_file(args.input)
    return fingerprint
