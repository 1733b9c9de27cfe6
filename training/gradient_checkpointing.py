"""Memory for time: encoder layers are computed again for the gradient in place of being remembered."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
from keras import ops

from ..layers.encoder_layer import EncoderLayer

DRAWS = 4


def enable_gradient_checkpointing(model: keras.Model) -> keras.Model:
    """Make a model keep only the borders of its encoder layers for the gradient, and compute the rest again.

    Gradients are the same: what dropout draws in a layer is drawn before the layer, so that it is drawn once. (Around a
    layer with dropout as it is, `keras.remat` gives wrong gradients and says nothing.) The change is to this object
    and not saved with it. A step takes about a third longer.

    Args:
        model: A model of the zoo.

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
            layer.encode = _rematerialised(layer.encode, generators)
            layer.extend = _rematerialised(layer.extend, generators)
    return model


def _rematerialised(method: Callable, generators: Sequence[keras.random.SeedGenerator]) -> Callable:
    def run(x, *args: Any, training: bool | None = None):
        if not training:
            return method(x, *args, training=training)
        seeds = [[generator.next() for _ in range(DRAWS)] for generator in generators]
        leaves = keras.tree.flatten(args)
        places = [place for place, leaf in enumerate(leaves) if ops.is_tensor(leaf) and "float" in str(leaf.dtype)]

        def again(x, tensors):
            whole = dict(enumerate(leaves)) | dict(zip(places, tensors, strict=True))
            with _drawn(generators, seeds):
                return method(x, *keras.tree.pack_sequence_as(args, list(whole.values())), training=training)

        return keras.remat(again)(x, [leaves[place] for place in places])

    return run


@contextlib.contextmanager
def _drawn(generators: Sequence[keras.random.SeedGenerator], seeds: Sequence[Sequence[Any]]) -> Iterator[None]:
    """Within it the generators give out these seeds."""
    for generator, own in zip(generators, seeds, strict=True):
        left = iter(own)
        generator.next = lambda ordered=True, left=left: next(left)
    try:
        yield
    finally:
        for generator in generators:
            del generator.next
