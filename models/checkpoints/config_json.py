"""Configuration files of encoders: keys of other libraries as arguments of `Encoder`, and back."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...data.config_fields import TEXT, check_encoder_config, check_field, field_message
from ...data.files import write_atomically
from ...data.read_json import read_json
from ..saved_objects import check_activation
from .families import BERT, FAMILIES, ROBERTA, XLM_ROBERTA
from .family import Family

REQUIRED = ("vocab_size", "hidden_size", "num_layers", "num_heads", "intermediate_size")
# "gelu" is computed with erf, as in Hugging Face and bert4keras. Google's own code computed it with tanh.
ACTIVATIONS = {"gelu_erf": "gelu", "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "swish": "silu"}
# The only norm_epsilon of a family that has no key for it.
FIXED_EPSILON = 1e-12
# Models with another decoder or other layers, and what to load in their place.
OTHER_MODELS = {
    "gpt": "which has no encoder; use a BERT, which generates after its source",
    "t5": "an encoder with relative biases and a decoder; use a BERT, which does both with one stack",
    "bart": "an encoder and a decoder; use a BERT, which does both with one stack",
    "deberta": "whose attention has two kinds of positions; use NEZHA or RoFormer",
    "xlnet": "which has no encoder; use a BERT",
    "modernbert": "whose layers have other norms and activations; use RoFormer",
}
_OTHER_MODEL_TYPES = {"mbart": "bart", "pegasus": "bart", "llama": "gpt", "qwen": "gpt", "ctrl": "gpt", "opt": "gpt"}
_OTHER_KEYS = {"relax_projection": "deberta", "n_embd": "gpt", "d_kv": "t5", "decoder_layers": "bart"}


def read_config(path: Path, *, tensors: Iterable[str] = ()) -> tuple[Family, dict[str, Any]]:
    """Reads a bert_config.json or config.json.

    Args:
        path: The file.
        tensors: Names of the tensors or layers in the file of weights, which tell the family where the configuration
            does not.

    Returns:
        The family, and the arguments of `Encoder`.

    Raises:
        ValueError: The file is not JSON, lacks a size, has a value that `FIELDS` does not accept, or describes
            a model of another family.
    """
    config = read_json(path)
    family = _find_family(path, config, tensors)
    missing = [family.keys[argument] for argument in REQUIRED if family.keys[argument] not in config]
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}; expected the configuration of a {family.class_name}.")
    for key, value in family.settings.items():
        if config.get(key, value) != value:
            raise ValueError(f"{path}: expected {key} {json.dumps(value)}. Received: {json.dumps(config[key])}.")
    arguments = {argument: config[key] for key, argument in family.arguments.items() if key in config}
    names = {argument: key for key, argument in family.arguments.items()}
    activation = arguments.get("activation", "gelu")
    check_field(family.keys["activation"], activation, TEXT, source=str(path))
    check_activation(family.keys["activation"], ACTIVATIONS.get(activation, activation), source=str(path))
    arguments |= {"activation": ACTIVATIONS.get(activation, activation), **family.options}
    _set_embedding_size(path, config, family, arguments)
    check_encoder_config(arguments, names=names, source=str(path))
    if arguments.get("num_segments") == 0 and "num_segments" not in family.options:
        expected = "an integer from 1"
        raise ValueError(field_message(names["num_segments"], 0, expected=expected, source=str(path)))
    if family.padded_positions:
        arguments["max_length"] = arguments.get("max_length", 512) - pad_offset(config)
        check_encoder_config(arguments, names=names, source=str(path))
    return family, arguments


def pad_offset(config: Mapping[str, Any]) -> int:
    """Returns the number of positions that a family with `padded_positions` leaves unused."""
    pad_id = config.get("pad_token_id", 1)
    return pad_id + 1 if type(pad_id) is int and pad_id >= 0 else 2


def _set_embedding_size(path: Path, config: Mapping[str, Any], family: Family, arguments: dict[str, Any]) -> None:
    """Sets the size of a projection; without one, raises ValueError if BERT's embeddings have a size of their own."""
    size = config.get("embedding_size", arguments["hidden_size"])
    if "embedding_size" in family.arguments.values():
        always_projects = family.options.get("shared_layers", False)
        arguments["embedding_size"] = size if always_projects or size != arguments["hidden_size"] else None
    elif size != arguments["hidden_size"] and family is BERT:
        raise ValueError(f"{path}: expected embedding_size to equal hidden_size. Received: {size}.")


def read_bert_config(weights: Path, *, tensors: Iterable[str] = ()) -> tuple[Family, dict[str, Any]]:
    """Reads the bert_config.json beside a file of weights.

    Args:
        weights: The file of weights.
        tensors: As in `read_config`.

    Returns:
        As `read_config`.

    Raises:
        ValueError: As `read_config`, or bert_config.json is missing.
    """
    path = weights.parent / "bert_config.json"
    if not path.is_file():
        raise ValueError(f"{weights}: bert_config.json is missing; put it beside the weights.")
    return read_config(path, tensors=tensors)


def _find_family(path: Path, config: Mapping[str, Any], tensors: Iterable[str]) -> Family:
    model_type = config.get("model_type")
    if model_type is not None:
        family = next((family for family in FAMILIES if family.model_type == model_type), None)
        if family is None:
            raise ValueError(_unknown_family(path, str(model_type)))
        return family
    other = next((_OTHER_KEYS[key] for key in _OTHER_KEYS if key in config), None)
    if other is not None:
        raise ValueError(_unknown_family(path, other))
    tensors = list(tensors)
    for family in FAMILIES:
        pattern = family.telling_names
        if any(key in config for key in family.telling_keys) or (
            pattern and any(re.search(pattern, name) for name in tensors)
        ):
            return family
    return BERT


def _unknown_family(path: Path, model_type: str) -> str:
    lower = model_type.lower()
    known = ", ".join(family.model_type for family in FAMILIES)
    other = next((kind for kind in (*OTHER_MODELS, *_OTHER_MODEL_TYPES) if kind in lower), "")
    reason = OTHER_MODELS.get(_OTHER_MODEL_TYPES.get(other, other))
    return f"{path}: expected a model of type {known}. Received: {model_type}{f', {reason}' if reason else ''}."


def find_writable_family(encoder) -> Family:
    """Returns the family that an encoder is written as: the first of `FAMILIES` with its architecture.

    BERT with a vocabulary of BPE is RoBERTa, with one of Unigram XLM-RoBERTa.

    Raises:
        ValueError: No family has it, or the family has another `norm_epsilon`.
    """
    family = next((family for family in FAMILIES if family.describes(encoder.config)), None)
    if family is not None:
        epsilon = encoder.config["norm_epsilon"]
        if "norm_epsilon" not in family.arguments.values() and epsilon != FIXED_EPSILON:
            raise ValueError(
                f"Expected norm_epsilon {FIXED_EPSILON}, which {family.model_type} fixes. Received: {epsilon}."
            )
        subwords = encoder.tokenizer and encoder.tokenizer.subwords
        if family is BERT and subwords is not None:
            return ROBERTA if subwords.kind == "BPE" else XLM_ROBERTA
        return family
    raise ValueError(
        "Expected the architecture of a published family: "
        f"{', '.join(family.model_type for family in FAMILIES)}. Received: position_type "
        f"{encoder.config['position_type']} with other options; use save_to_preset."
    )


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


def write_config(encoder, path: Path, *, family: Family, hidden_act: str, **more: Any) -> None:
    """Writes a bert_config.json or config.json that `read_config` reads.

    Args:
        encoder: `Encoder`.
        path: The file.
        family: Its `Family`.
        hidden_act: Name of the activation in the other library, see `activation_name`.
        **more: Further keys of the file.
    """
    config = {key: encoder.config[argument] for key, argument in family.arguments.items()}
    if "embedding_size" in config:
        config["embedding_size"] = config["embedding_size"] or encoder.hidden_size
    if family.padded_positions:
        config["max_position_embeddings"] += encoder.tokenizer.pad_id + 1
    config |= {family.keys["activation"]: hidden_act, **family.settings, **family.written, **more}
    write_atomically(path, json.dumps(config, indent=2) + "\n")
