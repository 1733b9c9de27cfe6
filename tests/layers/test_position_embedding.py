"""Position embeddings: rows of a table, and mixtures of two rows past the table."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.layers.references import randomize
from textzoo.layers.position_embedding import PositionEmbedding

pytestmark = pytest.mark.graph

N, HIDDEN = 4, 6


def test_a_position_is_a_row():
    layer = randomize(PositionEmbedding(N, HIDDEN))
    positions = np.array([[3, 0, 1], [2, 2, 0]])
    np.testing.assert_array_equal(layer(positions), np.asarray(layer.embeddings)[positions])
    assert layer.longest == N


@pytest.mark.parametrize("alpha", [0.1, 0.4, 0.9])
def test_hierarchical_positions_mix_two_rows(alpha):
    layer = randomize(PositionEmbedding(N, HIDDEN, hierarchical=True, alpha=alpha))
    p = np.asarray(layer.embeddings, "float64")
    u = (p - alpha * p[0]) / (1 - alpha)
    expected = [alpha * u[k // N] + (1 - alpha) * u[k % N] for k in range(N * N)]
    np.testing.assert_allclose(layer(np.arange(N * N)), expected, atol=1e-5)
    np.testing.assert_allclose(layer(np.arange(N)), p, atol=1e-6)
    assert layer.longest == N * N
    assert len(np.unique(np.round(expected, 6), axis=0)) == N * N


@pytest.mark.parametrize(("hierarchical", "longest"), [(False, N), (True, N * N)])
def test_a_position_past_the_last_raises(hierarchical, longest):
    layer = PositionEmbedding(N, HIDDEN, hierarchical=hierarchical)
    layer(np.array([longest - 1]))
    with pytest.raises(ValueError, match=f"positions below {longest}.* Received: {longest}\\b"):
        layer(np.array([[0, longest]]))


def test_works_in_a_graph():
    import tensorflow as tf

    layer = randomize(PositionEmbedding(N, HIDDEN))
    np.testing.assert_array_equal(tf.function(layer)(tf.constant([[1, 3]])), layer(np.array([[1, 3]])))
    assert layer(keras.Input((7,), dtype="int32")).shape == (None, 7, HIDDEN)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, -1.0])
def test_alpha_out_of_range_raises(alpha):
    with pytest.raises(ValueError, match=f"alpha in .* Received: {alpha}"):
        PositionEmbedding(N, HIDDEN, alpha=alpha)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision(policy):
    layer = randomize(PositionEmbedding(N, HIDDEN, hierarchical=True, dtype=policy))
    exact = randomize(PositionEmbedding(N, HIDDEN, hierarchical=True))
    out = layer(np.arange(N * N))
    assert keras.backend.standardize_dtype(out.dtype) == layer.compute_dtype
    np.testing.assert_allclose(ops.cast(out, "float32"), exact(np.arange(N * N)), atol=0.05)


def test_is_saved_and_loaded(tmp_path):
    layer = randomize(PositionEmbedding(N, HIDDEN, hierarchical=True, alpha=0.3))
    model = keras.Sequential([keras.Input((5,), dtype="int32"), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    ids = np.array([[0, 5, 9, 15, 3]])
    np.testing.assert_array_equal(loaded(ids), model(ids))
    assert loaded.layers[0].get_config() == layer.get_config()
