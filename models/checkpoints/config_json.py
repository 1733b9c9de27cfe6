"""The configuration of a BERT in another library's words."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

OURS = {
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
REQUIRED = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
# Every reader computes "gelu" with erf, as Hugging Face and bert4keras do; Google's own code did with tanh.
ACTIVATIONS = {"gelu_erf": "gelu", "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "swish": "silu"}
# Keys that only the configurations of other families hold, for files that do not say their type.
TELLTALES = {
    "num_hidden_groups": "albert",
    "use_relative_position": "nezha",
    "max_relative_position": "nezha",
    "rotary_value": "roformer",
    "relax_projection": "deberta",
    "generator_size": "electra",
}


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file; ValueError with the place where it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: expected JSON in UTF-8. Received: {error}.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}, line {error.lineno}: expected JSON. Received: {error.msg}.") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: expected a JSON object. Received: {type(content).__name__}.")
    return content


def read_config(path: Path) -> dict[str, Any]:
    """Arguments of `Encoder` from a bert_config.json or config.json.

    Args:
        path: The file.

    Raises:
        ValueError: The file is no JSON, lacks a size, or describes a model of another family.
    """
    config = read_json(path)
    _check_family(path, config)
    missing = [key for key in REQUIRED if key not in config]
    if missing:
        raise ValueError(f"{path}: expected the configuration of a BERT. Received: no {', '.join(missing)}.")
    activation = config.get("hidden_act", "gelu")
    return {OURS[key]: config[key] for key in OURS if config.get(key) is not None} | {
        "activation": ACTIVATIONS.get(activation, activation)
    }


def _check_family(path: Path, config: dict[str, Any]) -> None:
    family = config.get("model_type") or next((TELLTALES[key] for key in TELLTALES if key in config), "bert")
    if family != "bert":
        raise ValueError(f"{path}: expected a model of type bert. Received: {family}.")
    if config.get("position_embedding_type", "absolute") != "absolute":
        raise ValueError(
            f"{path}: expected position_embedding_type absolute. Received: {config['position_embedding_type']}."
        )
    embedding_size = config.get("embedding_size", config.get("hidden_size"))
    if embedding_size != config.get("hidden_size"):
        raise ValueError(f"{path}: expected embedding_size to equal hidden_size. Received: {embedding_size}.")


def write_config(encoder, path: Path, activations: Mapping[str, str] = MappingProxyType({}), **more: Any) -> None:
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
