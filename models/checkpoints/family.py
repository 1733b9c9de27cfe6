"""Family of encoders in published checkpoints: the names of its variables and the keys of its configuration."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .encoder_variables import DEFAULTS, encoder_shapes

# Arguments of `Encoder` by the keys of bert_config.json and config.json.
BERT_ARGUMENTS = {
    "vocab_size": "vocab_size",
    "hidden_size": "hidden_size",
    "num_hidden_layers": "num_layers",
    "num_attention_heads": "num_heads",
    "intermediate_size": "intermediate_size",
    "max_position_embeddings": "max_length",
    "type_vocab_size": "num_segments",
    "hidden_act": "activation",
    "hidden_dropout_prob": "dropout",
    "attention_probs_dropout_prob": "attention_dropout",
    "layer_norm_eps": "norm_epsilon",
    "initializer_range": "initializer_range",
}


class Names(NamedTuple):
    """Names of a part of the encoder, such as a dense layer, in each format; None: the format has no such part.

    `{i}` is the number of an encoder layer.

    Attributes:
        part: Attribute path in `Encoder`.
        hugging_face: Name in transformers, without the model's prefix.
        google: Name in TensorFlow 1 checkpoints.
        bert4keras: Name of the layer, and index of the part's first weight.
    """

    part: str
    hugging_face: str | None = None
    google: str | None = None
    bert4keras: tuple[str, int] | None = None


class VariableNames(NamedTuple):
    """Names of one variable of the encoder; as in `Names`, with `transposed`: whether Hugging Face stores it so."""

    variable: str
    hugging_face: str | None
    google: str | None
    bert4keras: tuple[str, int] | None
    transposed: bool


# Per kind of variable: the ending in transformers and in TensorFlow, and the index within the part.
_ENDINGS = {
    "kernel": (".weight", "/kernel", 0),
    "bias": (".bias", "/bias", 1),
    "beta": (".bias", "/beta", 0),
    "gamma": (".weight", "/gamma", 1),
    "embeddings": (".weight", "", 0),
    "mlm_bias": ("", "", 0),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """A family of encoders in published checkpoints.

    Args:
        model_type: `model_type` in config.json.
        class_name: Beginning of the names of its classes in transformers.
        table: Names of its parts.
        options: Arguments of `Encoder` that all its models have; others may differ from model to model.
        arguments: Arguments of `Encoder` by the keys of its configuration.
        settings: Keys of the configuration with the only value that `Encoder` computes.
        written: Further keys of a configuration that is written.
        prefix: Prefix of the tensors in transformers' models with a head; None: `model_type`.
        telling_keys: Keys that only the configurations of this family have, for files without a `model_type`.
        telling_names: Pattern of the tensors that only this family has in files of Google and bert4keras.
        padded_positions: Whether positions count from `pad_token_id` + 1.
    """

    model_type: str
    class_name: str
    table: tuple[Names, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=lambda: BERT_ARGUMENTS)
    settings: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)
    prefix: str | None = None
    telling_keys: tuple[str, ...] = ()
    telling_names: str | None = None
    padded_positions: bool = False

    @property
    def base_prefix(self) -> str:
        return f"{self.model_type if self.prefix is None else self.prefix}."

    @property
    def keys(self) -> dict[str, str]:
        """Keys of the configuration by arguments of `Encoder`."""
        return {argument: key for key, argument in self.arguments.items()}

    def names(self, config: Mapping[str, Any], *, pooler: bool = True, mlm_head: bool = True) -> list[VariableNames]:
        """Returns the names of every variable of an encoder in each format.

        Args:
            config: Arguments of `Encoder`.
            pooler: Whether to include the pooler, if the family has one.
            mlm_head: Whether to include the output head.

        Example:

        >>> from textzoo.models.checkpoints.families import BERT
        >>> BERT.names({"vocab_size": 20})[5].google
        'bert/encoder/layer_0/attention/self/query/kernel'
        """
        parts = {names.part: names for names in self.table}
        pooler = pooler and "pooler" in parts
        shapes = encoder_shapes({**config, "pooler": pooler, "mlm_head": mlm_head})
        return [_variable_names(path, parts) for path in shapes]

    def describes(self, config: Mapping[str, Any]) -> bool:
        """Returns whether a model of this family has the architecture of an encoder."""
        config = {**DEFAULTS, **config}
        parts = {names.part for names in self.table}
        projection = config["embedding_size"] is None or "embedding_projection" in parts
        task_types = bool(config["num_task_types"]) == ("task_type_embedding" in parts)
        segments = bool(config["num_segments"]) == ("segment_embedding" in parts)
        options = {"position_type": "absolute", "shared_layers": False, **self.options}
        has_options = all(config[option] == value for option, value in options.items() if option in config)
        return projection and task_types and segments and has_options


def _variable_names(path: str, parts: Mapping[str, Names]) -> VariableNames:
    layer = re.fullmatch(r"encoder_layers\.(\d+)\.(.*)", path)
    number, template = (layer[1], f"encoder_layers.{{i}}.{layer[2]}") if layer else ("", path)
    part, _, kind = template.rpartition(".")
    names = parts.get(part or kind, Names(part))
    for_hugging_face, for_google, index = _ENDINGS[kind]
    return VariableNames(
        variable=path,
        hugging_face=None if names.hugging_face is None else names.hugging_face.format(i=number) + for_hugging_face,
        google=None if names.google is None else names.google.format(i=number) + for_google,
        bert4keras=names.bert4keras and (names.bert4keras[0].format(i=number), names.bert4keras[1] + index),
        transposed=kind == "kernel",
    )


def replaced(table: Iterable[Names], *more: Names, without: Iterable[str] = ()) -> tuple[Names, ...]:
    """Returns a table with the rows of some parts replaced, added or, `without`, left out."""
    rows = {names.part: names for names in (*table, *more)}
    return tuple(names for part, names in rows.items() if part not in without)
