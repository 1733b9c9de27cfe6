"""Gradient checkpointing: recomputes encoder layers in the backward pass to save memory."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
from keras import ops

from ..data.check_types import check_types
from ..layers.encoder_layer import EncoderLayer

SEEDS_PER_CALL = 4


@check_types
def enable_gradient_checkpointing(model: keras.Layer) -> keras.Layer:
    """Makes a model keep only the inputs of its encoder layers for the gradient and recompute the rest.

    The gradients are the same: the seeds of dropout are drawn before the layer, once for both computations.
    (`keras.remat` around a layer with dropout gives wrong gradients without a warning.) The change affects this object
    and is not saved. A step takes about a third longer.

    Args:
        model: A model of the zoo, or its encoder.

    Returns:
        The same model.

    Example:

    >>> from textzoo.models import Encoder
    >>> encoder = Encoder(vocab_size=9, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=8)
    >>> plain = encoder(keras.ops.array([[2, 3]]))
    >>> again = enable_gradient_checkpointing(encoder)(keras.ops.array([[2, 3]]), training=False)
    >>> float(keras.ops.max(keras.ops.abs(plain - again)))
    0.0

    Reference:
        Chen et al., Training Deep Nets with Sublinear Memory Cost, arXiv 1604.06174.
    """
    for layer in model._flatten_layers():
        if isinstance(layer, EncoderLayer):
            generators = [part.seed_generator for part in layer._flatten_layers() if hasattr(part, "seed_generator")]
            layer.encode = _rematerialized(layer.encode, generators)
            layer.extend = _rematerialized(layer.extend, generators)
    return model


def _rematerialized(method: Callable, generators: Sequence[keras.random.SeedGenerator]) -> Callable:
    def run(x, mask, *, training: bool | None = None, **options: Any):
        if not training:
            return method(x, mask, training=training, **options)
        seeds = [[generator.next() for _ in range(SEEDS_PER_CALL)] for generator in generators]
        leaves = keras.tree.flatten((mask, options))
        positions = [i for i, leaf in enumerate(leaves) if ops.is_tensor(leaf) and "float" in str(leaf.dtype)]

        def compute(x, tensors):
            all_leaves = dict(enumerate(leaves)) | dict(zip(positions, tensors, strict=True))
            own_mask, own_options = keras.tree.pack_sequence_as((mask, options), list(all_leaves.values()))
            with _fixed_seeds(generators, seeds):
                return method(x, own_mask, training=training, **own_options)

        return keras.remat(compute)(x, [leaves[i] for i in positions])

    return run


@contextlib.contextmanager
def _fixed_seeds(generators: Sequence[keras.random.SeedGenerator], seeds: Sequence[Sequence[Any]]) -> Iterator[None]:
    """Makes the generators return the given seeds inside the context."""
    for generator, own_seeds in zip(generators, seeds, strict=True):
        remaining = iter(own_seeds)
        generator.next = lambda ordered=True, remaining=remaining: next(remaining)
    try:
        yield
    finally:
        for generator in generators:
            del generator.next
