"""Positions inside attention against NumPy: rotation as a product of complex numbers, distances one by one."""

import numpy as np
from keras import ops

from textzoo.layers.sinusoidal_positions import (
    NO_POSITIONS,
    attention_positions,
    distance_embeddings,
    rotate,
    sinusoids,
)

FREQUENCIES = 10000.0 ** (-np.arange(0, 6, 2) / 6)


def test_rotation_is_a_product_of_complex_numbers():
    x = np.random.default_rng(0).normal(size=(2, 5, 3, 6)).astype("float32")
    positions = np.array([[0, 1, 2, 3, 4], [7, 500, 2, 0, 1]])
    rotated = ops.convert_to_numpy(rotate(ops.array(x), sinusoids(ops.array(positions), size=6)))
    numbers = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * positions[..., None, None] * FREQUENCIES)
    np.testing.assert_allclose(rotated[..., 0::2], numbers.real, atol=1e-4)
    np.testing.assert_allclose(rotated[..., 1::2], numbers.imag, atol=1e-4)
    assert rotate(x, None) is x


def test_distances_one_by_one():
    queries, keys = np.array([[3, 0], [9, 4]]), np.array([[0, 1, 5], [2, 4, 20]])
    embeddings = ops.convert_to_numpy(distance_embeddings(ops.array(queries), ops.array(keys), size=6, max_distance=4))
    assert embeddings.shape == (2, 2, 3, 6)
    for b, q, k in np.ndindex(2, 2, 3):
        row = min(max(keys[b, k] - queries[b, q], -4), 4) + 4
        expected = np.stack([np.sin(row * FREQUENCIES), np.cos(row * FREQUENCIES)], axis=-1).ravel()
        np.testing.assert_allclose(embeddings[b, q, k], expected, atol=1e-6)


def test_absolute_positions_leave_attention_alone():
    options = {"head_size": 4, "max_distance": 2}
    slots = ops.arange(3)
    assert attention_positions(slots, own=slots, kind="absolute", **options) is NO_POSITIONS
    assert attention_positions(slots, own=slots, kind="relative", **options).to_memory is None
