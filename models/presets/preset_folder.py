"""Preset folder: config.json, vocab.txt or tokenizer.json, model.safetensors and README.md."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ... import __version__
from ...data.check_finite import check_finite
from ...data.files import write_atomically
from ...data.preset_config import (
    CONFIG_FILE,
    STATE_KEYS,
    VOCAB_FILE,
    WEIGHTS_FILE,
    insert_tokens,
    preset_models,
    read_raw_config,
)
from ...data.preset_fields import ENCODER, LAYER_KEYS
from ...data.text.tokenizer import Tokenizer
from ...data.write_safetensors import write_safetensors
from ..checkpoints.checkpoint import Checkpoint, StoredTensor
from ..checkpoints.safetensors_file import stored_tensors
from .model_card import model_card
from .preset_schema import check_preset_config
from .variable_paths import variable_paths


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
        ValueError: The model has no tokenizer, `dtype` is unknown, a weight is not finite, or a model in `other_tasks`
            has other weights.
    """
    if dtype not in ("float32", "float16"):
        raise ValueError(f"Expected dtype float32 or float16. Received: {dtype}.")
    tokenizer = getattr(getattr(model, "preprocessor", None) or model, "tokenizer", None)
    if tokenizer is None:
        raise ValueError(f"Expected a {type(model).__name__} with a tokenizer, whose vocabulary is saved too.")
    folder = Path(folder)
    config = {
        "textzoo": __version__,
        "class": _class(model),
        "config": _config(model),
        "tokenizer": tokenizer.get_config(),
    }
    if other_tasks:
        config["other_tasks"] = {_class(other): _config(other) for other in other_tasks}
    text = json.dumps(_without_tokens(config, tokenizer), ensure_ascii=False, indent=2)
    tensors = _tensors(model)
    check_finite(tensors, source=folder)
    for other in other_tasks:
        shared = _tensors(other)
        if not shared.keys() <= tensors.keys() or any(np.any(shared[path] != tensors[path]) for path in shared):
            raise ValueError(
                f"Expected other_tasks to share the weights of the {type(model).__name__}. "
                f"Received: a {type(other).__name__} with other weights."
            )
    with np.errstate(over="ignore"):
        stored = {path: tensor.astype(dtype) for path, tensor in tensors.items()}
    check_finite(stored, source=f"{folder}, as {dtype}")
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(folder / tokenizer.file_name)
    write_safetensors(folder / WEIGHTS_FILE, stored)
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


@dataclass
class PresetFolder:
    """A folder that `save_to_preset` wrote.

    Attributes:
        folder: The folder.
        config: Content of config.json, checked.
        tensors: Tensors by attribute path.
        tokenizer: The tokenizer.
    """

    folder: Path
    config: dict[str, Any]
    tensors: dict[str, StoredTensor]
    tokenizer: Tokenizer

    @property
    def weights_path(self) -> Path:
        return self.folder / WEIGHTS_FILE

    def tasks(self) -> dict[str, dict[str, Any]]:
        """Returns the configurations of the models that the folder holds, by registered name of the class."""
        return preset_models(self.config)

    def encoder(self) -> Checkpoint:
        """Returns the encoder, whether the model is the encoder or contains it.

        Raises:
            ValueError: The model has no encoder, or the weights have other shapes than its configuration.
        """
        options, prefix = self.config["config"], ""
        if self.config["class"] != ENCODER:
            table = "token_embedding.embeddings"
            prefix = next(
                (name.removesuffix(table) for name in self.tensors if name.endswith(f"encoder.{table}")), None
            )
            options = (options.get("encoder") or {}).get("config")
            if prefix is None or options is None:
                raise ValueError(f"{self.folder}: expected a model with an encoder. Received: {self.config['class']}.")
        inside = [name for name in self.tensors if name.startswith(prefix)]
        return Checkpoint(
            weights_path=self.weights_path,
            config={key: value for key, value in options.items() if key not in (*LAYER_KEYS, "tokenizer")},
            tensors={name.removeprefix(prefix): self.tensors[name] for name in inside},
            stored_names={name.removeprefix(prefix): name for name in inside},
            unused=[],
            vocab_path=self.folder / VOCAB_FILE,
            tokenizer=self.tokenizer,
            heads=[name for name in self.tensors if not name.startswith(prefix)],
        )


def read_preset_folder(folder: Path) -> PresetFolder:
    """Reads a folder that `save_to_preset` wrote; the data of the tensors is read later.

    Args:
        folder: The folder.

    Raises:
        ValueError: A file is missing or incomplete, or config.json has a wrong field, see `check_preset_config`.
    """
    config, vocabulary = read_raw_config(folder)
    check_preset_config(config, folder / CONFIG_FILE, num_tokens=vocabulary.vocab_size)
    config, tokenizer = insert_tokens(config, vocabulary)
    return PresetFolder(folder, config, stored_tensors(folder / WEIGHTS_FILE), tokenizer)


def _without_tokens(value: Any, tokenizer: Tokenizer) -> Any:
    """Replaces the tokens and rules in a configuration by the name of the vocabulary's file."""
    if isinstance(value, dict):
        kept = {key: _without_tokens(item, tokenizer) for key, item in value.items() if key not in STATE_KEYS}
        in_file = {"tokens": tokenizer.file_name, "checkpoint_rows": None, "subwords": None}
        return kept | in_file if value.get("tokens") == tokenizer.tokens else kept
    return [_without_tokens(item, tokenizer) for item in value] if isinstance(value, list | tuple) else value
