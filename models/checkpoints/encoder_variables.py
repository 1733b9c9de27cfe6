"""Variables of an encoder by attribute path: their shapes without building one, their values from one."""

import re
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import keras
import numpy as np

# Defaults of `Encoder`.
DEFAULTS = {
    "hidden_size": 768,
    "num_layers": 12,
    "intermediate_size": 3072,
    "max_length": 512,
    "num_segments": 2,
    "embedding_size": None,
    "shared_layers": False,
    "position_type": "absolute",
    "num_task_types": 0,
    "pooler": False,
    "mlm_head": True,
}


def encoder_shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Returns the shape of every variable of an encoder by its path, without building the encoder.

    Args:
        config: Arguments of `Encoder`; those that are missing have their defaults.

    Example:

    >>> config = {"vocab_size": 20, "hidden_size": 8, "num_layers": 1, "intermediate_size": 16}
    >>> encoder_shapes(config)["encoder_layers.0.feed_forward_in.kernel"]
    (8, 16)
    """
    sizes = {**DEFAULTS, **config}
    hidden, wide = sizes["hidden_size"], sizes["intermediate_size"]
    narrow = sizes["embedding_size"] or hidden
    tables = {"token": sizes["vocab_size"], "segment": sizes["num_segments"], "task_type": sizes["num_task_types"]}
    if sizes["position_type"] == "absolute":
        tables["position"] = sizes["max_length"]
    shapes: dict[str, tuple[int, ...]] = {
        f"{table}_embedding.embeddings": (rows, narrow) for table, rows in tables.items() if rows
    }

    def dense(name: str, inputs: int, outputs: int) -> None:
        shapes.update({f"{name}.kernel": (inputs, outputs), f"{name}.bias": (outputs,)})

    def norm(name: str, size: int) -> None:
        shapes.update({f"{name}.beta": (size,), f"{name}.gamma": (size,)})

    norm("embedding_norm", narrow)
    if sizes["embedding_size"] is not None:
        dense("embedding_projection", narrow, hidden)
    for i in range(1 if sizes["shared_layers"] else sizes["num_layers"]):
        for part in ("query", "key", "value", "output_projection"):
            dense(f"encoder_layers.{i}.attention.{part}", hidden, hidden)
        dense(f"encoder_layers.{i}.feed_forward_in", hidden, wide)
        dense(f"encoder_layers.{i}.feed_forward_out", wide, hidden)
        norm(f"encoder_layers.{i}.attention_norm", hidden)
        norm(f"encoder_layers.{i}.output_norm", hidden)
    if sizes["pooler"]:
        dense("pooler", hidden, hidden)
    if sizes["mlm_head"]:
        dense("mlm_dense", hidden, narrow)
        norm("mlm_norm", narrow)
        shapes["mlm_bias"] = (sizes["vocab_size"],)
    return shapes


def encoder_values(encoder) -> dict[str, np.ndarray]:
    """Returns every variable of an `Encoder` by its path, in float32."""
    return {path: _value(encoder, path) for path in encoder_shapes(encoder.config)}


def _value(encoder, path: str) -> np.ndarray:
    layer = re.fullmatch(r"encoder_layers\.(\d+)\.(.*)", path)
    if layer:
        encoder, path = encoder.encoder_layers[int(layer[1])], layer[2]
    return np.asarray(keras.ops.convert_to_numpy(attrgetter(path)(encoder)), "float32")
