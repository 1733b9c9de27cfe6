"""Gradients with recomputed encoder layers against plain gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from textzoo.layers.encoder_layer import EncoderLayer
from textzoo.models import Encoder, UniLM
from textzoo.training import enable_gradient_checkpointing

pytestmark = [pytest.mark.graph, pytest.mark.tensorflow("gradients by tf.GradientTape")]

SHAPE = {"vocab_size": 20, "hidden_size": 16, "num_layers": 2, "num_heads": 2, "intermediate_size": 32}
INPUTS = {
    "source_ids": np.array([[2, 7, 8, 3], [2, 9, 3, 0]]),
    "target_ids": np.array([[[7, 3, 6]], [[9, 3, 0]]]),
    "target_spans": np.array([[[1, 2]], [[1, 2]]]),
}


def make(dropout, transform):
    keras.utils.set_random_seed(0)
    encoder = Encoder(**SHAPE, max_length=16, dropout=dropout, attention_dropout=dropout)
    return transform(UniLM(encoder, copy_head=True, span_bias=True))


def compiled_step(model):
    @tf.function
    def step(training):
        with tf.GradientTape() as tape:
            loss = keras.ops.mean(keras.ops.square(model(INPUTS, training=training)[..., :4]))
        return loss, tape.gradient(loss, [weight.value for weight in model.trainable_weights])

    return step


def gradients(model):
    loss, computed = compiled_step(model)(training=True)
    return float(loss), [None if g is None else tf.convert_to_tensor(g).numpy() for g in computed]


def with_seeds_drawn_outside(model):
    """Draws the same seeds as `enable_gradient_checkpointing`, without recomputation."""
    for layer in model._flatten_layers():
        if isinstance(layer, EncoderLayer):
            generators = [part.seed_generator for part in layer._flatten_layers() if hasattr(part, "seed_generator")]
            for name in ("encode", "extend"):
                setattr(layer, name, draw_seeds_first(getattr(layer, name), generators))
    return model


def draw_seeds_first(method, generators):
    def run(x, mask, *, training=None, **options):
        own = [iter([generator.next() for _ in range(4)]) for generator in generators]
        for generator, seeds in zip(generators, own, strict=True):
            generator.next = lambda ordered=True, seeds=seeds: next(seeds)
        try:
            return method(x, mask, training=training, **options)
        finally:
            for generator in generators:
                del generator.next

    return run


@pytest.mark.slow
@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_gradients_are_the_same(dropout):
    loss, plain = gradients(make(dropout, with_seeds_drawn_outside))
    again_loss, again = gradients(make(dropout, enable_gradient_checkpointing))
    assert again_loss == pytest.approx(loss, rel=1e-6)
    for one, other in zip(plain, again, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            np.testing.assert_allclose(other, one, rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_dropout_is_active_and_differs_between_steps():
    step = compiled_step(make(0.5, enable_gradient_checkpointing))
    for training, count in ((True, 3), (False, 1)):
        assert len({float(step(training)[0]) for _ in range(3)}) == count


@pytest.mark.slow
def test_layers_are_recomputed():
    model, calls = make(0.0, lambda model: model), []
    layer = model.encoder.encoder_layers[0]
    plain = layer.encode
    layer.encode = lambda x, mask, **options: (calls.append(1), plain(x, mask, **options))[1]
    gradients(enable_gradient_checkpointing(model))
    assert len(calls) == 2
