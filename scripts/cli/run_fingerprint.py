"""What the output of a run depends on."""

import dataclasses
import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

MODEL_FILES = ("config.json", "vocab.txt", "model.safetensors")


def run_fingerprint(settings: Any, but: Collection[str]) -> dict[str, Any]:
    """Settings, and hashes of the input and the model: what `ResumableOutput` compares.

    Args:
        settings: A dataclass with `model` and `input`.
        but: Names of settings on which nothing depends.

    Returns:
        Names and values that json can hold.
    """
    from textzoo.models.presets import find_preset

    about = {name: value for name, value in dataclasses.asdict(settings).items() if name not in but}
    folder = Path(find_preset(settings.model))
    about["model"] = [_sha256(folder / name) for name in MODEL_FILES if (folder / name).is_file()]
    about["input"] = None if settings.input in (None, "-") else _sha256(settings.input)
    return about


def _sha256(file: Any) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
