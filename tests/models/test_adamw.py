"""AdamW: weight decay, global clipping, gradient accumulation, serialization."""

import keras
import numpy as np

from tests.models.random_encoder import random_encoder
from textzoo.models import adamw
from textzoo.training import WarmupLinearDecay


def test_only_kernels_and_embeddings_decay():
    weights = random_encoder().trainable_variables
    before = [keras.ops.convert_to_numpy(weight.value).copy() for weight in weights]
    optimizer = adamw(0.1, weight_decay=0.5, max_grad_norm=None)
    optimizer.apply([keras.ops.zeros(weight.shape) for weight in weights], weights)
    for weight, old in zip(weights, before, strict=True):
        decays = not weight.path.endswith(("bias", "gamma", "beta"))
        np.testing.assert_allclose(weight.numpy(), old * (1 - 0.1 * 0.5 if decays else 1.0), rtol=1e-6)


def test_gradients_are_clipped_by_their_global_norm():
    optimizer = adamw(1.0, max_grad_norm=1.0)
    clipped = optimizer._clip_gradients([keras.ops.array([3.0]), keras.ops.array([4.0])])
    np.testing.assert_allclose([float(g[0]) for g in clipped], [0.6, 0.8], rtol=1e-6)


def train(gradient_accumulation_steps, gradients):
    """Returns a weight after each batch."""
    weight = keras.Variable([1.0])
    optimizer = adamw(0.1, gradient_accumulation_steps=gradient_accumulation_steps)
    values = []
    for gradient in gradients:
        optimizer.apply([keras.ops.array([gradient])], [weight])
        values.append(float(weight.numpy()[0]))
    return values


def test_accumulation_updates_once_by_the_mean_gradient():
    expected = train(1, [0.3, -0.2])
    accumulated = train(2, [0.5, 0.1, -0.3, -0.1])
    assert accumulated[0] == 1.0 and accumulated[1] == accumulated[2]
    np.testing.assert_allclose([accumulated[1], accumulated[3]], expected, rtol=1e-4)


def test_learning_rate_decays_per_batch_with_gradient_accumulation():
    weight = keras.Variable([1.0])
    optimizer = adamw(WarmupLinearDecay(0.1, 8), gradient_accumulation_steps=4)
    rates = []
    for _ in range(9):
        rates.append(float(optimizer.learning_rate))
        optimizer.apply([keras.ops.array([1.0])], [weight])
    np.testing.assert_allclose(rates, [0.1 * (8 - step) / 8 for step in range(9)], atol=1e-8)


def test_serialization():
    optimizer = adamw(WarmupLinearDecay(1e-3, 20, warmup_steps=2), gradient_accumulation_steps=2)
    loaded = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(optimizer))
    assert loaded.gradient_accumulation_steps == 2 and loaded.global_clipnorm == 1.0
    np.testing.assert_allclose(float(loaded.learning_rate), float(optimizer.learning_rate))
