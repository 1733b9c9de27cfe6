"""The BERT layer against its formula in float64."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from tests.layers.references import affine, attention, randomize
from textzoo.layers.encoder_layer import EncoderLayer

pytestmark = pytest.mark.graph

B, S, P, T, HIDDEN = 2, 5, 2, 3, 8
RNG = np.random.default_rng(1)
SOURCE = RNG.normal(size=(B, S, HIDDEN)).astype("float32")
TARGETS = RNG.normal(size=(B, P, T, HIDDEN)).astype("float32")
SOURCE_MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]], bool)
CAUSAL = np.broadcast_to(np.tril(np.ones((T, T), bool)), (B, P, T, T))
ERF_GELU = np.vectorize(lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))))
ACTIVATIONS = {"gelu": ERF_GELU, "relu": lambda x: np.maximum(x, 0)}


@keras.saving.register_keras_serializable(package="textzoo_tests")
def cube(x):
    return x**3


def make(**options):
    return randomize(EncoderLayer(HIDDEN, 2, intermediate_size=16, **{"norm_epsilon": 1e-6} | options), 0.4)


def slow_layer(layer, x, mask):
    """Computes the layer for one sequence `[n, hidden]`."""

    def norm(part, x):
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + layer.config["norm_epsilon"])
        return x * np.asarray(part.gamma, "float64") + np.asarray(part.beta, "float64")

    activation = ACTIVATIONS[layer.config["activation"]]
    h = norm(layer.attention_norm, x + attention(layer.attention, x, mask))
    return norm(layer.output_norm, h + affine(layer.feed_forward_out, activation(affine(layer.feed_forward_in, h))))


@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_equals_the_formula(activation):
    layer = make(activation=activation)
    out = layer(SOURCE, mask=SOURCE_MASK)
    for row in range(B):
        mask = np.tile(SOURCE_MASK[row], (S, 1))
        expected = slow_layer(layer, SOURCE[row].astype("float64"), mask)
        np.testing.assert_allclose(out[row], expected, atol=2e-5)


def test_extend_is_the_rest_of_the_sequence():
    layer = make()
    _, memory = layer.encode(SOURCE, SOURCE_MASK)
    out, _ = layer.extend(TARGETS, CAUSAL, memory=memory, memory_mask=SOURCE_MASK)
    for row in range(B):
        for stream in range(P):
            mask = np.zeros((S + T, S + T), bool)
            mask[:, :S] = SOURCE_MASK[row]
            mask[S:, S:] = CAUSAL[row, stream]
            joined = np.concatenate([SOURCE[row], TARGETS[row, stream]]).astype("float64")
            expected = slow_layer(layer, joined, mask)[S:]
            np.testing.assert_allclose(out[row, stream], expected, atol=2e-5)


def test_steps_with_a_cache_equal_one_pass():
    layer = make()
    _, memory = layer.encode(SOURCE, SOURCE_MASK)
    at_once, own = layer.extend(TARGETS, CAUSAL, memory=memory, memory_mask=SOURCE_MASK)
    cache = tuple(ops.zeros((B, P, 2, T + 1, HIDDEN // 2)) for _ in range(2))
    for t in range(T):
        own_mask = np.broadcast_to(np.arange(T + 1) <= t, (B, P, 1, T + 1))
        out, cache = layer.extend(
            TARGETS[:, :, t : t + 1], own_mask, memory=memory, memory_mask=SOURCE_MASK, cache=cache, index=t
        )
        np.testing.assert_allclose(out[:, :, 0], at_once[:, :, t], atol=1e-6)
    for buffer, new in zip(cache, own, strict=True):
        np.testing.assert_allclose(buffer[..., :T, :], new, atol=1e-6)


def test_dropout_acts_in_training_only():
    layer = make(dropout=0.5)
    np.testing.assert_array_equal(layer(SOURCE), layer(SOURCE, training=False))
    assert np.abs(layer(SOURCE, training=True) - layer(SOURCE)).max() > 1e-2


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_is_close(policy):
    half, exact = make(dtype=policy), make()
    out = half(SOURCE, mask=SOURCE_MASK)
    assert keras.backend.standardize_dtype(out.dtype) == half.compute_dtype
    np.testing.assert_allclose(ops.cast(out, "float32"), exact(SOURCE, mask=SOURCE_MASK), atol=0.15)


@pytest.mark.parametrize(
    "activation", ["gelu", "gelu_tanh", cube, keras.activations.relu], ids=["gelu", "gelu_tanh", "cube", "relu"]
)
def test_is_saved_and_loaded(activation, tmp_path):
    layer = make(activation=activation, dropout=0.1, attention_dropout=0.2)
    model = keras.Sequential([keras.Input((S, HIDDEN)), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(SOURCE), model(SOURCE))
    assert loaded.layers[0].get_config() == layer.get_config()
