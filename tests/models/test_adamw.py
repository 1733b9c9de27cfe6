import keras
import numpy as np

from textzoo.models import adamw
from textzoo.training import WarmupLinearDecay


def variables(random_encoder):
    encoder = random_encoder()
    return encoder.trainable_variables


def test_only_kernels_and_embeddings_decay(random_encoder):
    weights = variables(random_encoder)
    before = [keras.ops.convert_to_numpy(weight.value).copy() for weight in weights]
    optimizer = adamw(0.1, weight_decay=0.5, max_grad_norm=None)
    optimizer.apply([keras.ops.zeros(weight.shape) for weight in weights], weights)
    for weight, old in zip(weights, before, strict=True):
        keeps = weight.path.endswith(("bias", "gamma", "beta"))
        np.testing.assert_allclose(weight.numpy(), old * (1.0 if keeps else 1 - 0.1 * 0.5), rtol=1e-6)


def test_norm_is_that_of_all_gradients_together():
    optimizer = adamw(1.0, max_grad_norm=1.0)
    clipped = optimizer._clip_gradients([keras.ops.array([3.0]), keras.ops.array([4.0])])
    np.testing.assert_allclose([float(g[0]) for g in clipped], [0.6, 0.8], rtol=1e-6)


def train(accumulate, batches):
    """A weight's course over batches; the rate is constant enough to compare updates."""
    weight = keras.Variable([1.0])
    optimizer = adamw(0.1, gradient_accumulation_steps=accumulate)
    course = []
    for gradient in batches:
        optimizer.apply([keras.ops.array([gradient])], [weight])
        course.append(float(weight.numpy()[0]))
    return course


def test_accumulation_updates_once_by_the_mean_gradient():
    once = train(1, [0.3, -0.2])
    accumulated = train(2, [0.5, 0.1, -0.3, -0.1])
    assert accumulated[0] == 1.0 and accumulated[1] == accumulated[2]
    np.testing.assert_allclose([accumulated[1], accumulated[3]], once, rtol=1e-4)


def test_rate_falls_to_zero_after_all_batches_though_gradients_accumulate():
    weight = keras.Variable([1.0])
    optimizer = adamw(WarmupLinearDecay(0.1, 8), gradient_accumulation_steps=4)
    rates = []
    for _ in range(9):
        rates.append(float(optimizer.learning_rate))
        optimizer.apply([keras.ops.array([1.0])], [weight])
    np.testing.assert_allclose(rates, [0.1 * (8 - step) / 8 for step in range(9)], atol=1e-8)


def test_optimizer_survives_serialization():
    optimizer = adamw(WarmupLinearDecay(1e-3, 20, 2), gradient_accumulation_steps=2)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(optimizer))
    assert again.gradient_accumulation_steps == 2 and again.global_clipnorm == 1.0
    np.testing.assert_allclose(float(again.learning_rate), float(optimizer.learning_rate))
