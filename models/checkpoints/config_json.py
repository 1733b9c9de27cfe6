"""Configuration files of BERT models: keys of other libraries as arguments of `Encoder`, and back."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...data.config_fields import TEXT, check_encoder_config, check_field
from ...data.files import write_atomically
from ...data.preset_config import read_json
from ..saved_objects import check_activation

# Arguments of `Encoder` by the keys of bert_config.json and config.json.
ENCODER_ARGUMENTS = {
    "vocab_size": "vocab_size",
    "hidden_size": "hidden_size",
    "num_hidden_layers": "num_layers",
    "num_attention_heads": "num_heads",
    "intermediate_size": "intermediate_size",
    "max_position_embeddings": "max_length",
    "type_vocab_size": "num_segments",
    "hidden_dropout_prob": "dropout",
    "attention_probs_dropout_prob": "attention_dropout",
    "layer_norm_eps": "norm_epsilon",
    "initializer_range": "initializer_range",
}
REQUIRED_KEYS = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
# "gelu" is computed with erf, as in Hugging Face and bert4keras. Google's own code computed it with tanh.
ACTIVATIONS = {"gelu_erf": "gelu", "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "swish": "silu"}
# Keys that only the configurations of other families have, for files without a model_type.
FAMILY_KEYS = {
    "num_hidden_groups": "albert",
    "use_relative_position": "nezha",
    "max_relative_position": "nezha",
    "rotary_value": "roformer",
    "relax_projection": "deberta",
    "generator_size": "electra",
}


def read_config(path: Path) -> dict[str, Any]:
    """Reads a bert_config.json or config.json.

    Args:
        path: The file.

    Returns:
        Arguments of `Encoder`.

    Raises:
        ValueError: The file is not JSON, lacks a size, has a value that `FIELDS` does not accept, or describes
            a model of another family.
    """
    config = read_json(path)
    _check_family(path, config)
    missing = [key for key in REQUIRED_KEYS if key not in config]
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}; expected the configuration of a BERT.")
    activation = config.get("hidden_act", "gelu")
    check_field("hidden_act", activation, TEXT, source=str(path))
    check_activation("hidden_act", ACTIVATIONS.get(activation, activation), source=str(path))
    arguments = {ENCODER_ARGUMENTS[key]: config[key] for key in ENCODER_ARGUMENTS if key in config}
    arguments["activation"] = ACTIVATIONS.get(activation, activation)
    names = {argument: key for key, argument in ENCODER_ARGUMENTS.items()} | {"activation": "hidden_act"}
    check_encoder_config(arguments, names=names, source=str(path))
    return arguments


def read_bert_config(weights: Path) -> dict[str, Any]:
    """Reads the bert_config.json beside a file of weights.

    Args:
        weights: The file of weights.

    Returns:
        Arguments of `Encoder`.

    Raises:
        ValueError: As `read_config`, or bert_config.json is missing.
    """
    path = weights.parent / "bert_config.json"
    if not path.is_file():
        raise ValueError(f"{weights}: bert_config.json is missing; put it beside the weights.")
    return read_config(path)


def _check_family(path: Path, config: dict[str, Any]) -> None:
    family = config.get("model_type") or next((FAMILY_KEYS[key] for key in FAMILY_KEYS if key in config), "bert")
    if family != "bert":
        raise ValueError(f"{path}: expected a model of type bert. Received: {family}.")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise ValueError(
            f"{path}: expected position_embedding_type absolute. Received: {config['position_embedding_type']}."
        )
    embedding_size = config.get("embedding_size", config.get("hidden_size"))
    if embedding_size != config.get("hidden_size"):
        raise ValueError(f"{path}: expected embedding_size to equal hidden_size. Received: {embedding_size}.")


def activation_name(encoder, activations: Mapping[str, str]) -> str:
    """Returns the name of an encoder's activation in another library.

    Args:
        encoder: `Encoder`.
        activations: Names of that library by our names.

    Raises:
        ValueError: The library has no such activation.
    """
    activation = encoder.config["activation"]
    if not isinstance(activation, str) or activation not in activations:
        shown = activation if isinstance(activation, str) else activation.get("class_name")
        raise ValueError(f"Expected an activation of this format: {', '.join(activations)}. Received: {shown}.")
    return activations[activation]


def write_config(encoder, path: Path, *, hidden_act: str, **more: Any) -> None:
    """Writes a bert_config.json or config.json that `read_config` reads.

    Args:
        encoder: `Encoder`.
        path: The file.
        hidden_act: Name of the activation in the other library, see `activation_name`.
        **more: Further keys of the file.
    """
    config = {key: encoder.config[argument] for key, argument in ENCODER_ARGUMENTS.items()}
    write_atomically(path, json.dumps(config | {"hidden_act": hidden_act} | more, indent=2) + "\n")
