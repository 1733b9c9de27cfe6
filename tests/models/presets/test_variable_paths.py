"""Attribute paths of variables."""

import keras
import numpy as np
import pytest

from tests.models.random_encoder import random_encoder
from textzoo.models.presets.variable_paths import variable_paths


class Nested(keras.Model):
    def __init__(self):
        super().__init__()
        self.table = {"a": keras.layers.Dense(2), "b": [keras.layers.Dense(3), keras.layers.Dropout(0.1)]}
        self.again = self.table["a"]
        self.norm = keras.layers.LayerNormalization()
        self.scale = self.add_weight(shape=(1,), name="scale")
        for layer in (self.table["a"], self.table["b"][0], self.norm):
            layer.build((None, 4))
        self.built = True


def test_paths_are_attributes():
    assert list(variable_paths(Nested())) == [
        "table.a.kernel", "table.a.bias", "table.b.0.kernel", "table.b.0.bias", "norm.gamma", "norm.beta", "scale"
    ]  # fmt: skip


def test_every_weight_once():
    encoder = random_encoder()
    encoder.compile("adam", "mse", metrics=["mae"])
    paths = variable_paths(encoder)
    assert sorted(map(id, paths.values())) == sorted(map(id, encoder.weights))
    np.testing.assert_array_equal(
        paths["encoder_layers.1.attention.query.kernel"], encoder.encoder_layers[1].attention.query.kernel
    )


def test_duplicate_paths():
    model = Nested()
    model.add_weight(shape=(1,), name="scale")
    with pytest.raises(ValueError, match="Received: scale twice"):
        variable_paths(model)
