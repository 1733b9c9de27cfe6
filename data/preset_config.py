"""Configuration and tokenizer of a preset folder."""

import json
from pathlib import Path
from typing import Any

from .config_fields import OBJECT, TEXT, check_field
from .text.tokenizer import Tokenizer

CONFIG_FILE, VOCAB_FILE, WEIGHTS_FILE = "config.json", "vocab.txt", "model.safetensors"
MAX_JSON_BYTES, MAX_DEPTH = 2**26, 32
# Compilation and build state in the configuration of a Keras object. A preset holds neither.
STATE_KEYS = ("compile_config", "build_config")


def read_json(path: Path) -> dict[str, Any]:
    """Reads a JSON object.

    Args:
        path: The file, in UTF-8.

    Raises:
        ValueError: The file is not a JSON object in UTF-8; the message names the line.
    """
    size = path.stat().st_size
    if size > MAX_JSON_BYTES:
        raise ValueError(f"{path}: expected JSON of at most {MAX_JSON_BYTES} bytes. Received: {size} bytes.")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected JSON in UTF-8. Received: {error}.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}, line {error.lineno}: expected JSON. Received: {error.msg}.") from None
    except ValueError as error:  # an integer of thousands of digits
        raise ValueError(f"{path}: expected JSON. Received: {error}.") from None
    except RecursionError:
        content = None
    if content is None or _is_deep(content):
        raise ValueError(f"{path}: expected JSON of at most {MAX_DEPTH} levels. Received: more levels.")
    if not isinstance(content, dict):
        raise ValueError(f"{path}: expected a JSON object. Received: {type(content).__name__}.")
    return content


def _is_deep(content: Any) -> bool:
    """Returns whether JSON has more than `MAX_DEPTH` levels."""
    level = [content] if isinstance(content, dict | list) else []
    for _ in range(MAX_DEPTH):
        values = [list(item.values()) if isinstance(item, dict) else item for item in level]
        level = [item for value in values for item in value if isinstance(item, dict | list)]
        if not level:
            return False
    return True


def preset_classes(folder: Path) -> list[str]:
    """Returns the registered names of the classes of the models that a folder holds.

    Raises:
        ValueError: config.json names no class, or as `read_json`.
    """
    path = folder / CONFIG_FILE
    config = read_json(path)
    check_field("class", config.get("class"), TEXT, source=str(path))
    check_field("other_tasks", config.get("other_tasks", {}), OBJECT, source=str(path))
    return list(preset_models(config))


def preset_models(config: dict[str, Any]) -> dict[str, Any]:
    """Returns the configurations of the models in the content of config.json, by registered name of their class."""
    return {config["class"]: config.get("config")} | config.get("other_tasks", {})


def is_preset_folder(path: Path) -> bool:
    """Returns whether `save_to_preset` wrote a folder."""
    return (path / CONFIG_FILE).is_file() and "textzoo" in read_json(path / CONFIG_FILE)


def read_raw_config(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Returns the content of config.json as it is, and the tokens of vocab.txt.

    Raises:
        ValueError: A file or a key of config.json is missing, or a file is incomplete.
    """
    config = read_json(folder / CONFIG_FILE)
    for key in ("textzoo", "class", "config", "tokenizer"):
        if key not in config:
            raise ValueError(f"{folder / CONFIG_FILE}: the key {key!r} is missing; save the model again.")
    for name in (VOCAB_FILE, WEIGHTS_FILE):
        if not (folder / name).is_file():
            raise ValueError(f"{folder}: {name} is missing; put it beside {CONFIG_FILE}.")
    return config, Tokenizer.from_vocab(folder / VOCAB_FILE).tokens


def insert_tokens(config: dict[str, Any], tokens: list[str]) -> tuple[dict[str, Any], Tokenizer]:
    """Returns a configuration with the vocabulary's tokens in the place of "vocab.txt", and its tokenizer."""
    config = _with_tokens(config, tokens)
    return config, Tokenizer.from_config(config["tokenizer"])


def _with_tokens(value: Any, tokens: list[str]) -> Any:
    """Returns a configuration with every "vocab.txt" under the key "tokens" replaced by the list of tokens."""
    if isinstance(value, dict):
        return {
            key: tokens if key == "tokens" and item == VOCAB_FILE else _with_tokens(item, tokens)
            for key, item in value.items()
            if key not in STATE_KEYS
        }
    return [_with_tokens(item, tokens) for item in value] if isinstance(value, list) else value
