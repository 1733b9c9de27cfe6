"""Table of the encoder's variables and their names in each checkpoint format."""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

import keras
import numpy as np

from .check_finite import check_finite

# Defaults of `Encoder`.
DEFAULT_SIZES = {
    "hidden_size": 768,
    "num_layers": 12,
    "intermediate_size": 3072,
    "max_length": 512,
    "num_segments": 2,
}


class VariableNames(NamedTuple):
    """Names of one variable of the encoder.

    Attributes:
        variable: Attribute path in `Encoder`.
        google: Name in Google's TensorFlow 1 checkpoints.
        hugging_face: Name in transformers, without `bert.`.
        bert4keras: Name of the layer, and index among the layer's weights.
        transposed: Whether Hugging Face stores the tensor transposed.
    """

    variable: str
    google: str
    hugging_face: str
    bert4keras: tuple[str, int]
    transposed: bool = False


def _dense(variable: str, *, google: str, hugging_face: str, layer: str, index: int = 0) -> Iterator[VariableNames]:
    yield VariableNames(
        variable=f"{variable}.kernel",
        google=f"{google}/kernel",
        hugging_face=f"{hugging_face}.weight",
        bert4keras=(layer, index),
        transposed=True,
    )
    yield VariableNames(
        variable=f"{variable}.bias",
        google=f"{google}/bias",
        hugging_face=f"{hugging_face}.bias",
        bert4keras=(layer, index + 1),
    )


def _norm(variable: str, *, google: str, hugging_face: str, layer: str) -> Iterator[VariableNames]:
    for index, (own, other) in enumerate((("beta", "bias"), ("gamma", "weight"))):
        yield VariableNames(
            variable=f"{variable}.{own}",
            google=f"{google}/{own}",
            hugging_face=f"{hugging_face}.{other}",
            bert4keras=(layer, index),
        )


def _encoder_layer(i: int) -> Iterator[VariableNames]:
    ours, google, hugging_face = f"encoder_layers.{i}", f"bert/encoder/layer_{i}", f"encoder.layer.{i}"
    attention, feed_forward = f"Transformer-{i}-MultiHeadSelfAttention", f"Transformer-{i}-FeedForward"
    for projection, part in enumerate(("query", "key", "value")):
        yield from _dense(
            f"{ours}.attention.{part}",
            google=f"{google}/attention/self/{part}",
            hugging_face=f"{hugging_face}.attention.self.{part}",
            layer=attention,
            index=2 * projection,
        )
    for variable, google_part, layer, index in (
        ("attention.output_projection", "attention/output/dense", attention, 6),
        ("feed_forward_in", "intermediate/dense", feed_forward, 0),
        ("feed_forward_out", "output/dense", feed_forward, 2),
    ):
        hugging_face_part = google_part.replace("/", ".")
        yield from _dense(
            f"{ours}.{variable}",
            google=f"{google}/{google_part}",
            hugging_face=f"{hugging_face}.{hugging_face_part}",
            layer=layer,
            index=index,
        )
    for variable, google_part, layer in (
        ("attention_norm", "attention/output/LayerNorm", attention),
        ("output_norm", "output/LayerNorm", feed_forward),
    ):
        hugging_face_part = google_part.replace("/", ".")
        yield from _norm(
            f"{ours}.{variable}",
            google=f"{google}/{google_part}",
            hugging_face=f"{hugging_face}.{hugging_face_part}",
            layer=f"{layer}-Norm",
        )


def name_table(num_layers: int, *, pooler: bool = True, mlm_head: bool = True) -> list[VariableNames]:
    """Returns the names of every variable of an encoder in each format.

    Args:
        num_layers: Number of encoder layers.
        pooler: Whether to include the pooler.
        mlm_head: Whether to include the output head.

    Returns:
        One `VariableNames` per variable.

    Example:

    >>> name_table(num_layers=12)[5].google
    'bert/encoder/layer_0/attention/self/query/kernel'
    """
    names = [
        VariableNames(
            variable=f"{part}_embedding.embeddings",
            google=f"bert/embeddings/{google}_embeddings",
            hugging_face=f"embeddings.{google}_embeddings.weight",
            bert4keras=(f"Embedding-{part.title()}", 0),
        )
        for part, google in (("token", "word"), ("segment", "token_type"), ("position", "position"))
    ]
    names += _norm(
        "embedding_norm",
        google="bert/embeddings/LayerNorm",
        hugging_face="embeddings.LayerNorm",
        layer="Embedding-Norm",
    )
    for i in range(num_layers):
        names += _encoder_layer(i)
    if pooler:
        names += _dense("pooler", google="bert/pooler/dense", hugging_face="pooler.dense", layer="Pooler-Dense")
    if mlm_head:
        google, hugging_face = "cls/predictions/transform", "cls.predictions.transform"
        names += _dense("mlm_dense", google=f"{google}/dense", hugging_face=f"{hugging_face}.dense", layer="MLM-Dense")
        names += _norm(
            "mlm_norm", google=f"{google}/LayerNorm", hugging_face=f"{hugging_face}.LayerNorm", layer="MLM-Norm"
        )
        names.append(
            VariableNames(
                variable="mlm_bias",
                google="cls/predictions/output_bias",
                hugging_face="cls.predictions.bias",
                bert4keras=("MLM-Bias", 0),
            )
        )
    return names


def encoder_shapes(config: Mapping[str, Any], *, pooler: bool, mlm_head: bool) -> dict[str, tuple[int, ...]]:
    """Returns the shape of every variable in the name table by its path, without building an encoder.

    Args:
        config: Arguments of `Encoder`; sizes that are missing have their defaults.
        pooler: Whether to include the pooler.
        mlm_head: Whether to include the output head.

    Example:

    >>> config = {"vocab_size": 20, "hidden_size": 8, "num_layers": 1, "intermediate_size": 16}
    >>> encoder_shapes(config, pooler=False, mlm_head=False)["encoder_layers.0.feed_forward_in.kernel"]
    (8, 16)
    """
    sizes = {**DEFAULT_SIZES, **config}
    rows = {"token": sizes["vocab_size"], "segment": sizes["num_segments"], "position": sizes["max_length"]}
    hidden, wide = sizes["hidden_size"], sizes["intermediate_size"]
    kernels = {"feed_forward_in": (hidden, wide), "feed_forward_out": (wide, hidden)}
    shapes: dict[str, tuple[int, ...]] = {}
    for entry in name_table(sizes["num_layers"], pooler=pooler, mlm_head=mlm_head):
        *_, layer, kind = ["", *entry.variable.split(".")]
        kernel = kernels.get(layer, (hidden, hidden))
        if kind == "embeddings":
            shapes[entry.variable] = (rows[layer.removesuffix("_embedding")], hidden)
        elif kind == "mlm_bias":
            shapes[entry.variable] = (sizes["vocab_size"],)
        else:
            shapes[entry.variable] = kernel if kind == "kernel" else kernel[1:]
    return shapes


def encoder_tensors(encoder) -> list[tuple[VariableNames, np.ndarray]]:
    """Returns every variable of an `Encoder` with its names: float32, in the encoder's orientation.

    Raises:
        ValueError: A weight is not finite.
    """
    has_pooler, has_head = encoder.pooler is not None, encoder.mlm_dense is not None
    names = name_table(encoder.num_layers, pooler=has_pooler, mlm_head=has_head)
    tensors = [(name, _value(encoder, name.variable)) for name in names]
    check_finite({name.variable: value for name, value in tensors}, source="encoder")
    return tensors


def _value(encoder, path: str) -> np.ndarray:
    if path.startswith("encoder_layers."):
        _, index, path = path.split(".", 2)
        encoder = encoder.encoder_layers[int(index)]
    return np.asarray(keras.ops.convert_to_numpy(attrgetter(path)(encoder)), "float32")
