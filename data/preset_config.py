"""Configuration and tokenizer of a preset folder."""

from pathlib import Path
from typing import Any

from .config_fields import OBJECT, TEXT, check_field
from .read_json import read_json
from .text.tokenizer import Tokenizer
from .text.tokenizer_json import TOKENIZER_JSON, read_tokenizer_json

CONFIG_FILE, VOCAB_FILE, WEIGHTS_FILE = "config.json", "vocab.txt", "model.safetensors"
# Compilation and build state in the configuration of a Keras object. A preset holds neither.
READER = "reader"
STATE_KEYS = ("compile_config", "build_config")


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


def reader_folder(folder: Path) -> Path | None:
    """Returns the folder of the extractive-qa model that comes with a generator of pairs, or None."""
    reader = folder / READER
    return reader if is_preset_folder(reader) else None


def is_preset_folder(path: Path) -> bool:
    """Returns whether `save_to_preset` wrote a folder."""
    return (path / CONFIG_FILE).is_file() and "textzoo" in read_json(path / CONFIG_FILE)


def vocabulary_file(config: dict[str, Any]) -> str:
    """Returns the name of the file that holds the vocabulary, by the content of config.json."""
    tokenizer = config.get("tokenizer")
    is_json = isinstance(tokenizer, dict) and tokenizer.get("tokens") == TOKENIZER_JSON
    return TOKENIZER_JSON if is_json else VOCAB_FILE


def read_raw_config(folder: Path) -> tuple[dict[str, Any], Tokenizer]:
    """Returns the content of config.json as it is, and the tokenizer of vocab.txt or tokenizer.json.

    The tokenizer of vocab.txt has the default options, those of `insert_tokens` the folder's.

    Raises:
        ValueError: A file or a key of config.json is missing, or a file is incomplete.
    """
    config = read_json(folder / CONFIG_FILE)
    for key in ("textzoo", "class", "config", "tokenizer"):
        if key not in config:
            raise ValueError(f"{folder / CONFIG_FILE}: the key {key!r} is missing; save the model again.")
    vocabulary = vocabulary_file(config)
    for name in (vocabulary, WEIGHTS_FILE):
        if not (folder / name).is_file():
            raise ValueError(f"{folder}: {name} is missing; put it beside {CONFIG_FILE}.")
    read = read_tokenizer_json if vocabulary == TOKENIZER_JSON else Tokenizer.from_vocab
    return config, read(folder / vocabulary)


def insert_tokens(config: dict[str, Any], vocabulary: Tokenizer) -> tuple[dict[str, Any], Tokenizer]:
    """Returns a configuration with the vocabulary in the place of its file's name, and its tokenizer."""
    values: dict[str, Any] = {"tokens": vocabulary.tokens}
    if vocabulary.subwords is not None:
        values["subwords"] = vocabulary.subwords.get_config()
    config = _with_tokens(config, values)
    return config, vocabulary if vocabulary.subwords is not None else Tokenizer.from_config(config["tokenizer"])


def _with_tokens(value: Any, vocabulary: dict[str, Any]) -> Any:
    """Returns a configuration in which every object with a file's name under the key "tokens" has the vocabulary."""
    if isinstance(value, dict):
        kept = {key: _with_tokens(item, vocabulary) for key, item in value.items() if key not in STATE_KEYS}
        return kept | vocabulary if value.get("tokens") in (VOCAB_FILE, TOKENIZER_JSON) else kept
    return [_with_tokens(item, vocabulary) for item in value] if isinstance(value, list) else value
