"""Table of the encoder's variables and their names in each checkpoint format."""

from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

import keras
import numpy as np


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


def _dense(variable: str, google: str, hugging_face: str, layer: str, index: int = 0) -> Iterator[VariableNames]:
    yield VariableNames(
        f"{variable}.kernel", f"{google}/kernel", f"{hugging_face}.weight", (layer, index), transposed=True
    )
    yield VariableNames(f"{variable}.bias", f"{google}/bias", f"{hugging_face}.bias", (layer, index + 1))


def _norm(variable: str, google: str, hugging_face: str, layer: str) -> Iterator[VariableNames]:
    yield VariableNames(f"{variable}.beta", f"{google}/beta", f"{hugging_face}.bias", (layer, 0))
    yield VariableNames(f"{variable}.gamma", f"{google}/gamma", f"{hugging_face}.weight", (layer, 1))


def _encoder_layer(i: int) -> Iterator[VariableNames]:
    ours, google, hugging_face = f"encoder_layers.{i}", f"bert/encoder/layer_{i}", f"encoder.layer.{i}"
    attention, feed_forward = f"Transformer-{i}-MultiHeadSelfAttention", f"Transformer-{i}-FeedForward"
    for projection, part in enumerate(("query", "key", "value")):
        yield from _dense(
            f"{ours}.attention.{part}",
            f"{google}/attention/self/{part}",
            f"{hugging_face}.attention.self.{part}",
            attention,
            2 * projection,
        )
    for variable, google_part, layer, index in (
        ("attention.output_projection", "attention/output/dense", attention, 6),
        ("feed_forward_in", "intermediate/dense", feed_forward, 0),
        ("feed_forward_out", "output/dense", feed_forward, 2),
    ):
        hugging_face_part = google_part.replace("/", ".")
        yield from _dense(
            f"{ours}.{variable}", f"{google}/{google_part}", f"{hugging_face}.{hugging_face_part}", layer, index
        )
    for variable, google_part, layer in (
        ("attention_norm", "attention/output/LayerNorm", attention),
        ("output_norm", "output/LayerNorm", feed_forward),
    ):
        hugging_face_part = google_part.replace("/", ".")
        yield from _norm(
            f"{ours}.{variable}", f"{google}/{google_part}", f"{hugging_face}.{hugging_face_part}", f"{layer}-Norm"
        )


def name_table(num_layers: int, pooler: bool = True, mlm_head: bool = True) -> list[VariableNames]:
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
            f"{part}_embedding.embeddings",
            f"bert/embeddings/{google}_embeddings",
            f"embeddings.{google}_embeddings.weight",
            (f"Embedding-{part.title()}", 0),
        )
        for part, google in (("token", "word"), ("segment", "token_type"), ("position", "position"))
    ]
    names += _norm("embedding_norm", "bert/embeddings/LayerNorm", "embeddings.LayerNorm", "Embedding-Norm")
    for i in range(num_layers):
        names += _encoder_layer(i)
    if pooler:
        names += _dense("pooler", "bert/pooler/dense", "pooler.dense", "Pooler-Dense")
    if mlm_head:
        google, hugging_face = "cls/predictions/transform", "cls.predictions.transform"
        names += _dense("mlm_dense", f"{google}/dense", f"{hugging_face}.dense", "MLM-Dense")
        names += _norm("mlm_norm", f"{google}/LayerNorm", f"{hugging_face}.LayerNorm", "MLM-Norm")
        names.append(VariableNames("mlm_bias", "cls/predictions/output_bias", "cls.predictions.bias", ("MLM-Bias", 0)))
    return names


def encoder_tensors(encoder) -> list[tuple[VariableNames, np.ndarray]]:
    """Returns every variable of an `Encoder` with its names: float32, in the encoder's orientation."""
    names = name_table(encoder.num_layers, encoder.pooler is not None, encoder.mlm_dense is not None)
    return [(name, _value(encoder, name.variable)) for name in names]


def _value(encoder, path: str) -> np.ndarray:
    if path.startswith("encoder_layers."):
        _, index, path = path.split(".", 2)
        encoder = encoder.encoder_layers[int(index)]
    return np.asarray(keras.ops.convert_to_numpy(attrgetter(path)(encoder)), "float32")
