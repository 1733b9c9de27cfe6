"""The folder that `save_to_preset` writes: config.json, vocab.txt, model.safetensors, README.md."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ... import __version__
from ...data.text.tokenizer import Tokenizer
from ..checkpoints.checkpoint import Checkpoint
from ..checkpoints.config_json import read_json
from ..checkpoints.safetensors_file import read_safetensors, write_safetensors
from .model_card import model_card
from .variable_paths import variable_paths

IN_VOCAB = "vocab.txt"
OF_A_LAYER = ("name", "trainable", "dtype")


def save_to_preset(
    model: keras.Model,
    folder: str | os.PathLike,
    card: dict[str, Any] | None = None,
    dtype: str = "float32",
    also: Sequence[keras.Model] = (),
) -> None:
    """Writes a model of the zoo as a folder that `from_preset` reads.

    Args:
        model: A model with a `tokenizer`, or with a `preprocessor` that has one.
        folder: Where to; made if it is not there.
        card: What README.md says, see `model_card`.
        dtype: `"float16"` halves the file.
        also: Models of other classes, with the tokenizer and some or all weights of `model`, which the folder is for
            too.

    Raises:
        ValueError: The model has no tokenizer, `dtype` is another, or a model of `also` has other weights.
    """
    if dtype not in ("float32", "float16"):
        raise ValueError(f"Expected dtype float32 or float16. Received: {dtype}.")
    tokenizer = getattr(getattr(model, "preprocessor", None) or model, "tokenizer", None)
    if tokenizer is None:
        raise ValueError(f"Expected a {type(model).__name__} with a tokenizer, to save its vocabulary. Received: none.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "textzoo": __version__,
        "class": _class(model),
        "config": _config(model),
        "tokenizer": tokenizer.get_config(),
    }
    if also:
        config["also"] = {_class(other): _config(other) for other in also}
    text = json.dumps(_without_tokens(config, tokenizer.tokens), ensure_ascii=False, indent=2)
    tensors = _tensors(model)
    for other in also:
        theirs = _tensors(other)
        if not theirs.keys() <= tensors.keys() or any(np.any(theirs[path] != tensors[path]) for path in theirs):
            raise ValueError(
                f"Expected the weights of the {type(model).__name__}. Received: a {type(other).__name__}'s."
            )
    tokenizer.save(folder / "vocab.txt")
    write_safetensors(folder / "model.safetensors", {path: tensor.astype(dtype) for path, tensor in tensors.items()})
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")
    (folder / "README.md").write_text(model_card([model, *also], folder, card or {}), encoding="utf-8")


def _class(model: keras.Model) -> str:
    return keras.saving.get_registered_name(type(model))


def _config(model: keras.Model) -> Any:
    return keras.saving.serialize_keras_object(model.get_config())


def _tensors(model: keras.Model) -> dict[str, np.ndarray]:
    return {
        path: np.asarray(keras.ops.convert_to_numpy(variable.value)) for path, variable in variable_paths(model).items()
    }


def is_preset_folder(path: Path) -> bool:
    """Whether `save_to_preset` wrote a folder."""
    return (path / "config.json").is_file() and "textzoo" in read_json(path / "config.json")


def read_preset_folder(folder: Path) -> tuple[dict[str, Any], dict[str, np.ndarray], Tokenizer]:
    """The config, the tensors by attribute path and the tokenizer of a folder that `save_to_preset` wrote."""
    config = read_json(folder / "config.json")
    for key in ("class", "config", "tokenizer"):
        if key not in config:
            raise ValueError(f"{folder / 'config.json'}: expected the key {key!r}. Received: none.")
    for name in (IN_VOCAB, "model.safetensors"):
        if not (folder / name).is_file():
            raise ValueError(f"{folder}: expected {name} beside config.json. Received: none.")
    tokens = Tokenizer.from_vocab(folder / IN_VOCAB).tokens
    config = _with_tokens(config, tokens)
    return config, read_safetensors(folder / "model.safetensors"), Tokenizer.from_config(config["tokenizer"])


def read_preset_encoder(folder: Path) -> Checkpoint:
    """The encoder in a folder that `save_to_preset` wrote, be it the model itself or a part of it."""
    config, tensors, tokenizer = read_preset_folder(folder)
    options, prefix = config["config"], ""
    if config["class"] != "textzoo>Encoder":
        table = "token_embedding.embeddings"
        prefix = next((name.removesuffix(table) for name in tensors if name.endswith(f"encoder.{table}")), None)
        options = (options.get("encoder") or {}).get("config")
        if prefix is None or options is None:
            raise ValueError(f"{folder}: expected an encoder in it. Received: {config['class']}.")
    return Checkpoint(
        weights_path=folder / "model.safetensors",
        config={key: value for key, value in options.items() if key not in OF_A_LAYER},
        tensors={name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)},
        names={},
        unused=[],
        vocab_path=folder / IN_VOCAB,
        tokenizer=tokenizer,
    )


def _without_tokens(value: Any, tokens: list[str]) -> Any:
    """A config whose lists of the vocabulary's tokens say that they stand in vocab.txt."""
    if isinstance(value, dict):
        kept = {key: _without_tokens(item, tokens) for key, item in value.items()}
        return kept | {"tokens": IN_VOCAB, "checkpoint_rows": None} if value.get("tokens") == tokens else kept
    return [_without_tokens(item, tokens) for item in value] if isinstance(value, list | tuple) else value


def _with_tokens(value: Any, tokens: list[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: tokens if key == "tokens" and item == IN_VOCAB else _with_tokens(item, tokens)
            for key, item in value.items()
        }
    return [_with_tokens(item, tokens) for item in value] if isinstance(value, list) else value
