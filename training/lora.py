"""Low-rank updates of an encoder's kernels in place of the kernels themselves."""

import contextlib
from collections.abc import Iterator

import keras

from ..layers.encoder_layer import EncoderLayer


def enable_lora(model: keras.Model, rank: int) -> keras.Model:
    """Let the Dense layers of a model's encoder layers learn by low-rank updates only.

        kernel = W + A·B,  W frozen, A [in, rank], B [rank, out]

    The tables of embeddings stand still too; biases, norms and the heads of the task learn as before. It is Keras's
    `Dense.enable_lora`, so the change is to this object: save it inside `merged_lora`.

    Args:
        model: A model of the zoo, with an `encoder`.
        rank: int. Columns of A.

    Returns:
        The same model.

    Raises:
        ValueError: A rank below 1, or an encoder that has LoRA already.

    Example:

    >>> from textzoo.models import Encoder
    >>> encoder = Encoder(vocab_size=9, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=8)
    >>> layer = encoder.encoder_layers[0].feed_forward_in
    >>> model = enable_lora(keras.Sequential([encoder]), rank=2)
    >>> [weight.name for weight in layer.trainable_weights]
    ['bias', 'lora_kernel_a', 'lora_kernel_b']

    Reference:
        Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, arXiv 2106.09685.
    """
    if rank < 1:
        raise ValueError(f"Expected a rank of 1 or more. Received: rank={rank}")
    for dense in _dense_layers(model):
        dense.enable_lora(rank)
    for layer in model._flatten_layers():
        for weight in layer.trainable_weights:
            if weight.name == "embeddings":
                weight.trainable = False
    return model


@contextlib.contextmanager
def merged_lora(model: keras.Model) -> Iterator[keras.Model]:
    """Within it the model is a plain one with the updates in its kernels, so that what is saved is plain too."""
    kept = []
    for dense in [dense for dense in _dense_layers(model) if dense.lora_enabled]:
        a, b, plain = dense.lora_kernel_a, dense.lora_kernel_b, keras.ops.copy(dense._kernel.value)
        kept.append((dense, a, b, plain))
        dense._kernel.assign(plain + dense.lora_alpha / dense.lora_rank * keras.ops.matmul(a, b))
        dense.lora_enabled = False
        dense._trainable_variables = [v for v in dense._trainable_variables if v is not a and v is not b]
    try:
        yield model
    finally:
        for dense, a, b, plain in kept:
            dense._kernel.assign(plain)
            dense.lora_enabled = True
            dense._trainable_variables = [*dense._trainable_variables, a, b]


def _dense_layers(model: keras.Model) -> list[keras.layers.Dense]:
    blocks = [layer for layer in model._flatten_layers() if isinstance(layer, EncoderLayer)]
    return [part for block in blocks for part in block._flatten_layers() if isinstance(part, keras.layers.Dense)]
