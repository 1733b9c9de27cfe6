"""LoRA: low-rank updates of an encoder's kernels."""

import contextlib
from collections.abc import Iterator

import keras

from ..data.check_types import check_types
from ..layers.encoder_layer import EncoderLayer


@check_types
def enable_lora(model: keras.Model, rank: int) -> keras.Model:
    """Restricts the training of the Dense layers of a model's encoder layers to low-rank updates.

        kernel = W + A·B,  W frozen, A [in, rank], B [rank, out]

    The embedding tables are frozen too. Biases, norms and the heads of the task are trained as before. The updates are
    those of Keras's `Dense.enable_lora`; save the model inside `merged_lora`.

    Args:
        model: A model of the zoo, with an `encoder`.
        rank: int. Columns of A.

    Returns:
        The same model.

    Raises:
        ValueError: The rank is below 1, or the encoder has LoRA already.

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
    """Merges the low-rank updates into the kernels inside the context, so that the model is saved as a plain one."""
    merged = []
    for dense in [dense for dense in _dense_layers(model) if dense.lora_enabled]:
        a, b = dense.lora_kernel_a, dense.lora_kernel_b
        dense.lora_enabled = False  # `kernel` is now the frozen variable, without the update
        frozen = keras.ops.copy(dense.kernel.value)
        merged.append((dense, a, b, frozen))
        dense.kernel.assign(frozen + dense.lora_alpha / dense.lora_rank * keras.ops.matmul(a, b))
        dense._trainable_variables = [v for v in dense._trainable_variables if v is not a and v is not b]
    try:
        yield model
    finally:
        for dense, a, b, frozen in merged:
            dense.kernel.assign(frozen)
            dense.lora_enabled = True
            dense._trainable_variables = [*dense._trainable_variables, a, b]


def _dense_layers(model: keras.Model) -> list[keras.layers.Dense]:
    encoder_layers = [layer for layer in model._flatten_layers() if isinstance(layer, EncoderLayer)]
    parts = [part for layer in encoder_layers for part in layer._flatten_layers()]
    return [part for part in parts if isinstance(part, keras.layers.Dense)]
