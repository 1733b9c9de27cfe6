"""The configuration of an encoder in other libraries' words."""

import json
from pathlib import Path
from typing import Any

from .read_config import OURS


def write_config(encoder, path: Path, activations: dict[str, str], **more: Any) -> None:
    """Writes a bert_config.json or config.json that `read_config` reads back.

    Args:
        encoder: `Encoder`.
        path: The file.
        activations: How the library calls our activations, where it calls them otherwise.
        **more: Further keys.
    """
    config = {theirs: encoder.config[ours] for theirs, ours in OURS.items()}
    activation = encoder.config["activation"]
    config["hidden_act"] = activations.get(activation, activation)
    path.write_text(json.dumps(config | more, indent=2) + "\n", encoding="utf-8")
