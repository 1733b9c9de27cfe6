"""Preset folder: the config.json, vocab.txt, model.safetensors and README.md that `save_to_preset` writes."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ... import __version__
from ...data.files import write_atomically
from ...data.preset_config import CONFIG_FILE, VOCAB_FILE, WEIGHTS_FILE, read_preset_config
from ...data.text.tokenizer import Tokenizer
from ..checkpoints.checkpoint import Checkpoint
from ..checkpoints.safetensors_file import read_safetensors, write_safetensors
from .model_card import model_card
from .variable_paths import variable_paths

# Keys in the configuration of any Keras layer, which are not arguments of the encoder's own.
LAYER_KEYS = ("name", "trainable", "dtype")


def save_to_preset(
    model: keras.Model,
    folder: str | os.PathLike,
    *,
    card: dict[str, Any] | None = None,
    dtype: str = "float32",
    other_tasks: Sequence[keras.Model] = (),
) -> None:
    """Writes a model of the zoo to a folder that `from_preset` reads.

    Args:
        model: A model with a `tokenizer`, or with a `preprocessor` that has one.
        folder: Output folder; created if missing.
        card: Contents of README.md, see `model_card`.
        dtype: Type of the saved weights, `"float32"` or `"float16"`, which halves the file.
        other_tasks: Models of other classes that the folder serves too. They have the tokenizer of `model`, and all or
            some of its weights.

    Raises:
        ValueError: The model has no tokenizer, `dtype` is unknown, or a model in `other_tasks` has other weights.
    """
    if dtype not in ("float32", "float16"):
        raise ValueError(f"Expected dtype float32 or float16. Received: {dtype}.")
    tokenizer = getattr(getattr(model, "preprocessor", None) or model, "tokenizer", None)
    if tokenizer is None:
        raise ValueError(f"Expected a {type(model).__name__} with a tokenizer, whose vocabulary is saved too.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "textzoo": __version__,
        "class": _class(model),
        "config": _config(model),
        "tokenizer": tokenizer.get_config(),
    }
    if other_tasks:
        config["other_tasks"] = {_class(other): _config(other) for other in other_tasks}
    text = json.dumps(_without_tokens(config, tokenizer.tokens), ensure_ascii=False, indent=2)
    tensors = _tensors(model)
    for other in other_tasks:
        shared = _tensors(other)
        if not shared.keys() <= tensors.keys() or any(np.any(shared[path] != tensors[path]) for path in shared):
            raise ValueError(
                f"Expected other_tasks to share the weights of the {type(model).__name__}. "
                f"Received: a {type(other).__name__} with other weights."
            )
    tokenizer.save(folder / VOCAB_FILE)
    write_safetensors(folder / WEIGHTS_FILE, {path: tensor.astype(dtype) for path, tensor in tensors.items()})
    write_atomically(folder / CONFIG_FILE, text + "\n")
    write_atomically(folder / "README.md", model_card([model, *other_tasks], folder, card=card or {}))


def _class(model: keras.Model) -> str:
    return keras.saving.get_registered_name(type(model))


def _config(model: keras.Model) -> Any:
    config = keras.saving.serialize_keras_object(model.get_config())
    config.pop("tokenizer", None)  # an encoder's, which the folder holds beside the configuration
    return config


def _tensors(model: keras.Model) -> dict[str, np.ndarray]:
    return {
        path: np.asarray(keras.ops.convert_to_numpy(variable.value)) for path, variable in variable_paths(model).items()
    }


def read_preset_folder(folder: Path) -> tuple[dict[str, Any], dict[str, np.ndarray], Tokenizer]:
    """Reads a folder that `save_to_preset` wrote.

    Args:
        folder: The folder.

    Returns:
        The content of config.json, the tensors by attribute path, and the tokenizer.

    Raises:
        ValueError: A file or a key of config.json is missing, or a file is incomplete.
    """
    config, tokenizer = read_preset_config(folder)
    return config, read_safetensors(folder / WEIGHTS_FILE), tokenizer


def read_preset_encoder(folder: Path) -> Checkpoint:
    """Reads the encoder of a folder that `save_to_preset` wrote, whether the model is the encoder or contains it.

    Args:
        folder: The folder.

    Raises:
        ValueError: As `read_preset_folder`, or the model has no encoder.
    """
    config, tensors, tokenizer = read_preset_folder(folder)
    options, prefix = config["config"], ""
    if config["class"] != "textzoo>Encoder":
        table = "token_embedding.embeddings"
        prefix = next((name.removesuffix(table) for name in tensors if name.endswith(f"encoder.{table}")), None)
        options = (options.get("encoder") or {}).get("config")
        if prefix is None or options is None:
            raise ValueError(f"{folder}: expected a model with an encoder. Received: {config['class']}.")
    return Checkpoint(
        weights_path=folder / WEIGHTS_FILE,
        config={key: value for key, value in options.items() if key not in LAYER_KEYS},
        tensors={name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)},
        stored_names={},
        unused=[],
        vocab_path=folder / VOCAB_FILE,
        tokenizer=tokenizer,
    )


def _without_tokens(value: Any, tokens: list[str]) -> Any:
    """Returns a configuration with every list of the vocabulary's tokens replaced by "vocab.txt"."""
    if isinstance(value, dict):
        kept = {key: _without_tokens(item, tokens) for key, item in value.items()}
        return kept | {"tokens": VOCAB_FILE, "checkpoint_rows": None} if value.get("tokens") == tokens else kept
    return [_without_tokens(item, tokens) for item in value] if isinstance(value, list | tuple) else value
