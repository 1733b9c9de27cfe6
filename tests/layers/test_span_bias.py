"""The span bias against a loop over positions."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from textzoo.layers.span_bias import SpanBias

pytestmark = pytest.mark.graph

RADIUS, LENGTH = 3, 12
SPANS = np.array([[[1, 2], [4, 9], [0, 0]], [[10, 12], [0, 0], [11, 12]]])


def layer(num_scores=2, **options):
    bias = SpanBias(num_scores, RADIUS, **options)
    bias.set_weights([np.random.default_rng(0).normal(size=(num_scores, 2 * RADIUS + 1))])
    return bias


def distance(position, start, end):
    """Returns the distance to the nearest token of the span: negative before it, 0 within it."""
    if start <= position < end:
        return 0
    return position - start if position < start else position - (end - 1)


def oracle(bias, spans, length):
    bias = np.asarray(bias, "float64")
    out = np.zeros((len(bias), *spans.shape[:2], length))
    for n, b, p, position in np.ndindex(out.shape):
        start, end = spans[b, p]
        if end > 0:
            step = int(np.clip(distance(position, start, end), -RADIUS, RADIUS))
            out[n, b, p, position] = 10 * bias[n, RADIUS + step]
    return out


def test_equals_its_formula():
    span_bias = layer()
    np.testing.assert_allclose(span_bias(SPANS, length=LENGTH), oracle(span_bias.bias, SPANS, LENGTH), rtol=1e-6)


@given(st.integers(0, 20), st.integers(1, 20), st.integers(1, 30))
def test_any_span(start, width, length):
    spans, span_bias = np.array([[[start, start + width]]]), layer(1)
    np.testing.assert_allclose(span_bias(spans, length=length), oracle(span_bias.bias, spans, length), rtol=1e-6)


def test_a_new_layer_adds_nothing():
    assert not np.any(SpanBias(2)(SPANS, length=LENGTH))


def test_the_gradient_counts_each_distance_and_ignores_missing_spans():
    span_bias = layer(1)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(span_bias(SPANS[:1], length=LENGTH))
    gradient = tf.convert_to_tensor(tape.gradient(total, span_bias.bias.value))
    counts = [0] * (2 * RADIUS + 1)
    for (start, end), position in ((span, position) for span in SPANS[0][:2] for position in range(LENGTH)):
        counts[RADIUS + max(-RADIUS, min(RADIUS, distance(position, start, end)))] += 10
    np.testing.assert_allclose(gradient[0], counts)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_scores_are_float32(policy):
    span_bias = layer(dtype=policy)
    assert keras.backend.standardize_dtype(span_bias(SPANS, length=LENGTH).dtype) == "float32"


def test_config():
    loaded = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer()))
    assert (loaded.num_scores, loaded.radius, loaded.bias.shape) == (2, RADIUS, (2, 2 * RADIUS + 1))
