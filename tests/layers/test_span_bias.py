"""Scores by distance against a loop over positions."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from textzoo.layers.span_bias import SpanBias

RADIUS, LENGTH = 3, 12
SPANS = np.array([[[1, 2], [4, 9], [0, 0]], [[10, 12], [0, 0], [11, 12]]])


def layer(num_scores=2, **options):
    made = SpanBias(num_scores, RADIUS, **options)
    made.set_weights([np.random.default_rng(0).normal(size=(num_scores, 2 * RADIUS + 1))])
    return made


def distance(place, start, end):
    """Steps to the nearest token of the span: negative before it, 0 in it."""
    if start <= place < end:
        return 0
    return place - start if place < start else place - (end - 1)


def oracle(bias, spans, length):
    bias = np.asarray(bias, "float64")
    out = np.zeros((len(bias), *spans.shape[:2], length))
    for n, b, p, place in np.ndindex(out.shape):
        start, end = spans[b, p]
        if end > 0:
            step = int(np.clip(distance(place, start, end), -RADIUS, RADIUS))
            out[n, b, p, place] = 10 * bias[n, RADIUS + step]
    return out


def test_equals_its_formula():
    made = layer()
    np.testing.assert_allclose(made(SPANS, length=LENGTH), oracle(made.bias, SPANS, LENGTH), rtol=1e-6)


@given(st.integers(0, 20), st.integers(1, 20), st.integers(1, 30))
def test_any_span(start, width, length):
    spans, made = np.array([[[start, start + width]]]), layer(1)
    np.testing.assert_allclose(made(spans, length=length), oracle(made.bias, spans, length), rtol=1e-6)


def test_nothing_is_added_at_the_start():
    assert not np.any(SpanBias(2)(SPANS, length=LENGTH))


def test_a_distance_learns_as_often_as_it_occurs_and_no_span_teaches_nothing():
    made = layer(1)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(made(SPANS[:1], length=LENGTH))
    gradient = tf.convert_to_tensor(tape.gradient(total, made.bias.value))
    counts = [0] * (2 * RADIUS + 1)
    for (start, end), place in ((span, place) for span in SPANS[0][:2] for place in range(LENGTH)):
        counts[RADIUS + max(-RADIUS, min(RADIUS, distance(place, start, end)))] += 10
    np.testing.assert_allclose(gradient[0], counts)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_scores_are_float32(policy):
    made = layer(dtype=policy)
    assert keras.backend.standardize_dtype(made(SPANS, length=LENGTH).dtype) == "float32"


def test_config():
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer()))
    assert (again.num_scores, again.radius, again.bias.shape) == (2, RADIUS, (2, 2 * RADIUS + 1))
