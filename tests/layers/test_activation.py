"""Lookup of activations by name."""

import math

import keras
import numpy as np
import pytest

from textzoo.layers import SAU, SmoothReLU, get_activation

pytestmark = pytest.mark.graph

X = np.linspace(-4, 4, 33).astype("float32")
EXACT = [x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in X.tolist()]
TANH = [0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) for x in X.tolist()]


@pytest.mark.parametrize(("name", "expected"), [("gelu", EXACT), ("gelu_tanh", TANH), ("gelu_new", TANH)])
def test_the_two_gelus(name, expected):
    np.testing.assert_allclose(get_activation(name)(X), expected, atol=1e-6)
    assert np.abs(np.array(EXACT) - TANH).max() > 1e-4


def test_other_names_are_kerass():
    assert get_activation("relu") is keras.activations.relu


def test_a_function_is_returned_unchanged():
    assert get_activation(np.tanh) is np.tanh


def test_an_unknown_name_raises():
    with pytest.raises(ValueError, match="gleu"):
        get_activation("gleu")


@pytest.mark.parametrize(("name", "kind"), [("sau", SAU), ("smooth_relu", SmoothReLU)])
def test_smooth_activations_are_new_layers(name, kind):
    first, second = get_activation(name), get_activation(name)
    assert type(first) is type(second) is kind
    assert first is not second


def test_a_layer_gives_a_new_one_of_its_configuration():
    layer = SmoothReLU("logistic", 0.3)
    copy = get_activation(layer)
    assert copy is not layer and copy.get_config() == layer.get_config()
    loaded = get_activation(keras.activations.serialize(layer))
    assert loaded.get_config() == layer.get_config()
