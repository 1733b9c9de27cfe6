"""Weights in 8 bits are the nearest multiples of their scales."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textzoo.data.quantized_tensors import dequantized, quantized, quantized_weights

ELEMENTS = st.floats(-8, 8, width=32, allow_subnormal=False)
MATRICES = arrays("float32", st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=ELEMENTS)


@given(MATRICES, st.sampled_from([0, 1]))
def test_the_error_is_at_most_half_a_step(matrix, axis):
    values, scale = quantized(matrix, axis=axis)
    assert values.dtype == "uint8" and scale.shape[axis] == 1
    assert (np.abs(dequantized(values, scale) - matrix) <= scale * 0.501).all()


def test_only_large_matrices_change():
    rng = np.random.default_rng(0)
    shapes = {
        "encoder.token_embedding.embeddings": (100, 64),
        "encoder.position_embedding.embeddings": (100, 64),
        "layer.kernel": (64, 80),
        "layer.bias": (80,),
        "head.kernel": (64, 2),
        "copy_head.key.kernel": (3, 64, 64),
    }
    weights = {name: rng.normal(size=shape).astype("float16") for name, shape in shapes.items()}
    changed = quantized_weights(weights)
    assert {name for name, weight in changed.items() if weight.dtype == "uint8"} == {
        "encoder.token_embedding.embeddings",
        "layer.kernel",
    }
    assert changed["encoder.token_embedding.embeddings.scale"].shape == (100, 1)
    assert changed["layer.kernel.scale"].shape == (1, 80)
    assert all(np.array_equal(changed[name], weights[name]) for name in shapes if changed[name].dtype != "uint8")
    assert quantized_weights(changed).keys() == changed.keys()
