"""Rate and distribution of the decoder noise; none outside training."""

import keras
import numpy as np
import pytest

from textzoo.layers.decoder_input_noise import DecoderInputNoise

pytestmark = pytest.mark.graph

TARGETS = np.zeros((4000, 2, 12), "int32")
TARGETS[:, 0, :10], TARGETS[:, 1, :5] = 100 + np.arange(10), 200 + np.arange(5)


def test_half_of_the_targets_get_noise_at_the_rate():
    rate = 0.3
    replaced = np.asarray(DecoderInputNoise(rate, seed=1)(TARGETS, training=True))
    for stream, length in enumerate((10, 5)):
        before, after = TARGETS[:, stream, :length], replaced[:, stream, :length]
        expected = 0.5 * rate * (1 - 1 / length)  # a token may be replaced by itself
        np.testing.assert_allclose(np.mean(before != after), expected, atol=0.01)
        untouched = np.mean((before == after).all(axis=1))
        np.testing.assert_allclose(untouched, 0.5 + 0.5 * (1 - rate * (1 - 1 / length)) ** length, atol=0.025)
        counts = np.bincount(after[before != after] - before.min(), minlength=length)
        np.testing.assert_allclose(counts / counts.sum(), 1 / length, atol=0.02)
        np.testing.assert_array_equal(replaced[:, stream, length:], 0)


def test_no_noise_outside_training_or_at_rate_0():
    np.testing.assert_array_equal(DecoderInputNoise(0.3)(TARGETS), TARGETS)
    np.testing.assert_array_equal(DecoderInputNoise(0.0)(TARGETS, training=True), TARGETS)


def test_config():
    layer = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(DecoderInputNoise(0.2, seed=5)))
    assert (layer.rate, layer.seed) == (0.2, 5)


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_an_invalid_rate_raises(rate):
    with pytest.raises(ValueError, match=r"Expected rate in \[0, 1\). Received: "):
        DecoderInputNoise(rate)
