"""SAU: formula, trainable slope and use in an encoder."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from textzoo.layers import SAU
from textzoo.models.encoder import Encoder

pytestmark = pytest.mark.graph


def slow_sau(x, a, s):
    return (
        (1 - a) * s / math.sqrt(2 * math.pi) * math.exp(-(x**2) / (2 * s**2))
        + (1 + a) * x / 2
        + (1 - a) * x / 2 * math.erf(x / (s * math.sqrt(2)))
    )


@pytest.mark.parametrize(("a", "s"), [(0.15, 5e-5), (0.4, 0.3), (-0.2, 1.5)])
def test_equals_its_formula(a, s):
    x = np.append(np.linspace(-3, 3, 31), s * np.linspace(-4, 4, 33)).astype("float32")
    layer = SAU(a, s)
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer(x)), [slow_sau(v, a, s) for v in x.tolist()], rtol=1e-6, atol=1e-6
    )


def test_defaults_are_those_of_the_article():
    assert SAU().get_config().items() >= {"negative_slope": 0.15, "width": 5e-5}.items()


def test_the_slope_is_learned():
    x = np.random.default_rng(0).normal(size=(256, 4)).astype("float32")
    model = keras.Sequential([keras.Input((4,)), SAU()])
    model.compile(keras.optimizers.Adam(0.02), "mse")
    model.fit(x, np.where(x > 0, x, 0.5 * x), epochs=15, verbose=0)
    np.testing.assert_allclose(ops.convert_to_numpy(model.layers[0].negative_slope), 0.5, atol=0.02)


@pytest.mark.parametrize("activation", ["sau", SAU(0.3, 1e-3)], ids=["by name", "as a layer"])
def test_each_layer_of_an_encoder_has_its_own_slope(activation, tmp_path):
    encoder = Encoder(
        9,
        hidden_size=8,
        num_layers=2,
        num_heads=2,
        intermediate_size=16,
        max_length=8,
        activation=activation,
        mlm_head=False,
    )
    slopes = [layer.activation.negative_slope for layer in encoder.encoder_layers]
    assert len({id(slope) for slope in slopes}) == 2
    assert sum("negative_slope" in v.path for v in encoder.trainable_variables) == 2
    slopes[0].assign(-1.0)
    slopes[1].assign(2.0)
    encoder.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    ids = np.array([[1, 2, 3]])
    states = [ops.convert_to_numpy(model(ids)) for model in (encoder, loaded)]
    np.testing.assert_allclose(states[0], states[1], rtol=1e-6)
    assert [float(layer.activation.negative_slope.value) for layer in loaded.encoder_layers] == [-1.0, 2.0]


def test_half_precision():
    layer = SAU(dtype="mixed_bfloat16")
    assert keras.backend.standardize_dtype(layer(np.float32([-1, 2])).dtype) == "bfloat16"


def test_an_invalid_width_raises():
    with pytest.raises(ValueError, match="positive, finite width. Received: width=-1"):
        SAU(width=-1)
