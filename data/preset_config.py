"""Configuration and tokenizer of a preset folder."""

import json
from pathlib import Path
from typing import Any

from .text.tokenizer import Tokenizer

CONFIG_FILE, VOCAB_FILE, WEIGHTS_FILE = "config.json", "vocab.txt", "model.safetensors"


def read_json(path: Path) -> dict[str, Any]:
    """Reads a JSON object.

    Args:
        path: The file, in UTF-8.

    Raises:
        ValueError: The file is not a JSON object in UTF-8; the message names the line.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected JSON in UTF-8. Received: {error}.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}, line {error.lineno}: expected JSON. Received: {error.msg}.") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: expected a JSON object. Received: {type(content).__name__}.")
    return content


def preset_classes(folder: Path) -> list[str]:
    """Returns the registered names of the classes of the models that a folder holds."""
    config = read_json(folder / CONFIG_FILE)
    return [config["class"], *config.get("other_tasks", {})]


def is_preset_folder(path: Path) -> bool:
    """Returns whether `save_to_preset` wrote a folder."""
    return (path / CONFIG_FILE).is_file() and "textzoo" in read_json(path / CONFIG_FILE)


def read_preset_config(folder: Path) -> tuple[dict[str, Any], Tokenizer]:
    """Reads the configuration of a folder that `save_to_preset` wrote.

    Args:
        folder: The folder.

    Returns:
        The content of config.json with the vocabulary's tokens, and the tokenizer.

    Raises:
        ValueError: A file or a key of config.json is missing, or a file is incomplete.
    """
    config = read_json(folder / CONFIG_FILE)
    for key in ("class", "config", "tokenizer"):
        if key not in config:
            raise ValueError(f"{folder / CONFIG_FILE}: the key {key!r} is missing; save the model again.")
    for name in (VOCAB_FILE, WEIGHTS_FILE):
        if not (folder / name).is_file():
            raise ValueError(f"{folder}: {name} is missing; put it beside {CONFIG_FILE}.")
    tokens = Tokenizer.from_vocab(folder / VOCAB_FILE).tokens
    config = _with_tokens(config, tokens)
    return config, Tokenizer.from_config(config["tokenizer"])


def _with_tokens(value: Any, tokens: list[str]) -> Any:
    """Returns a configuration with every "vocab.txt" under the key "tokens" replaced by the list of tokens."""
    if isinstance(value, dict):
        return {
            key: tokens if key == "tokens" and item == VOCAB_FILE else _with_tokens(item, tokens)
            for key, item in value.items()
        }
    return [_with_tokens(item, tokens) for item in value] if isinstance(value, list) else value
