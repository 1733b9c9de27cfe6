"""What a variable of the encoder is called in every format."""

from operator import attrgetter
from typing import NamedTuple

import keras
import numpy as np


class Name(NamedTuple):
    """A variable of the encoder and its names elsewhere.

    `variable`: attribute path in `Encoder`; `google`: name in Google's TF1 checkpoints; `hugging_face`: name in
    `transformers`, without `bert.`; `bert4keras`: layer and place among its weights; `transposed`: whether Hugging Face
    stores it transposed.
    """

    variable: str
    google: str
    hugging_face: str
    bert4keras: tuple[str, int]
    transposed: bool = False


def _dense(variable, google, hugging_face, layer, place=0):
    yield Name(f"{variable}.kernel", f"{google}/kernel", f"{hugging_face}.weight", (layer, place), transposed=True)
    yield Name(f"{variable}.bias", f"{google}/bias", f"{hugging_face}.bias", (layer, place + 1))


def _norm(variable, google, hugging_face, layer):
    yield Name(f"{variable}.beta", f"{google}/beta", f"{hugging_face}.bias", (layer, 0))
    yield Name(f"{variable}.gamma", f"{google}/gamma", f"{hugging_face}.weight", (layer, 1))


def _encoder_layer(i):
    ours, google, hugging_face = f"encoder_layers.{i}", f"bert/encoder/layer_{i}", f"encoder.layer.{i}"
    attention, feed_forward = f"Transformer-{i}-MultiHeadSelfAttention", f"Transformer-{i}-FeedForward"
    for place, part in enumerate(("query", "key", "value")):
        yield from _dense(
            f"{ours}.attention.{part}",
            f"{google}/attention/self/{part}",
            f"{hugging_face}.attention.self.{part}",
            attention,
            2 * place,
        )
    for variable, google_part, layer, place in (
        ("attention.output_projection", "attention/output/dense", attention, 6),
        ("feed_forward_in", "intermediate/dense", feed_forward, 0),
        ("feed_forward_out", "output/dense", feed_forward, 2),
    ):
        hugging_face_part = google_part.replace("/", ".")
        yield from _dense(
            f"{ours}.{variable}", f"{google}/{google_part}", f"{hugging_face}.{hugging_face_part}", layer, place
        )
    for variable, google_part, layer in (
        ("attention_norm", "attention/output/LayerNorm", attention),
        ("output_norm", "output/LayerNorm", feed_forward),
    ):
        hugging_face_part = google_part.replace("/", ".")
        yield from _norm(
            f"{ours}.{variable}", f"{google}/{google_part}", f"{hugging_face}.{hugging_face_part}", f"{layer}-Norm"
        )


def name_table(num_layers: int, pooler: bool = True, mlm_head: bool = True) -> list[Name]:
    """Every variable of an encoder with its names in the other formats.

    Args:
        num_layers: Encoder layers.
        pooler: Whether the pooler's variables are asked for.
        mlm_head: Whether those of the output head are.

    Returns:
        One `Name` a variable.

    Example:

    >>> name_table(num_layers=12)[5].google
    'bert/encoder/layer_0/attention/self/query/kernel'
    """
    names = [
        Name(
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
        names.append(Name("mlm_bias", "cls/predictions/output_bias", "cls.predictions.bias", ("MLM-Bias", 0)))
    return names


def encoder_tensors(encoder) -> list[tuple[Name, np.ndarray]]:
    """Every variable of an `Encoder` with its names, float32, in the encoder's orientation."""
    names = name_table(encoder.num_layers, encoder.pooler is not None, encoder.mlm_dense is not None)
    return [(name, _value(encoder, name.variable)) for name in names]


def _value(encoder, path: str) -> np.ndarray:
    if path.startswith("encoder_layers."):
        _, index, path = path.split(".", 2)
        encoder = encoder.encoder_layers[int(index)]
    return np.asarray(keras.ops.convert_to_numpy(attrgetter(path)(encoder)), "float32")
