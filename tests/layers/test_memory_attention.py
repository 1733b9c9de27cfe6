"""Attention over memory and past against one sequence under the UniLM mask in float64."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.layers.references import attention, randomize
from textzoo.layers.memory_attention import MemoryAttention

pytestmark = pytest.mark.graph

B, S, P, T, HIDDEN, HEADS = 2, 5, 3, 4, 8, 2
RNG = np.random.default_rng(0)
SOURCE = RNG.normal(size=(B, S, HIDDEN)).astype("float32")
TARGETS = RNG.normal(size=(B, P, T, HIDDEN)).astype("float32")
SOURCE_MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], bool)
OWN_MASK = np.tril(np.ones((T, T), bool)) & RNG.integers(0, 2, (B, P, 1, T)).astype(bool)


def unilm_mask(source_mask, own_mask):
    """Returns the mask in which sources see sources, and targets see sources and `own_mask`."""
    s, t = len(source_mask), len(own_mask)
    mask = np.zeros((s + t, s + t), bool)
    mask[:, :s] = source_mask
    mask[s:, s:] = own_mask
    return mask


def test_encode_sees_everything_but_padding():
    layer = randomize(MemoryAttention(HIDDEN, HEADS))
    out, _ = layer.encode(SOURCE, SOURCE_MASK)
    for row in range(B):
        expected = attention(layer, SOURCE[row].astype("float64"), np.tile(SOURCE_MASK[row], (S, 1)))
        np.testing.assert_allclose(out[row], expected, atol=2e-5)


def test_call_is_encode():
    layer = randomize(MemoryAttention(HIDDEN, HEADS))
    np.testing.assert_array_equal(layer(SOURCE, mask=SOURCE_MASK), layer.encode(SOURCE, SOURCE_MASK)[0])
    np.testing.assert_array_equal(layer(SOURCE), layer.encode(SOURCE, np.ones((B, S), bool))[0])


def test_streams_over_a_memory_equal_one_sequence_under_the_unilm_mask():
    layer = randomize(MemoryAttention(HIDDEN, HEADS))
    source_out, memory = layer.encode(SOURCE, SOURCE_MASK)
    out = layer.extend(TARGETS, OWN_MASK, own=layer.project(TARGETS), memory=memory, memory_mask=SOURCE_MASK)
    for row in range(B):
        for stream in range(P):
            joined = np.concatenate([SOURCE[row], TARGETS[row, stream]]).astype("float64")
            expected = attention(layer, joined, unilm_mask(SOURCE_MASK[row], OWN_MASK[row, stream]))
            np.testing.assert_allclose(out[row, stream], expected[S:], atol=2e-5)
            np.testing.assert_allclose(source_out[row], expected[:S], atol=2e-5)


def test_targets_may_have_a_longer_past():
    """Attends from one target to a past of four, as in decoding with a cache."""
    layer = randomize(MemoryAttention(HIDDEN, HEADS))
    _, memory = layer.encode(SOURCE, SOURCE_MASK)
    at_once = layer.extend(TARGETS, OWN_MASK, own=layer.project(TARGETS), memory=memory, memory_mask=SOURCE_MASK)
    last = layer.extend(
        TARGETS[:, :, -1:], OWN_MASK[:, :, -1:], own=layer.project(TARGETS), memory=memory, memory_mask=SOURCE_MASK
    )
    np.testing.assert_allclose(last, at_once[:, :, -1:], atol=1e-6)


def test_masked_positions_do_not_matter():
    layer = randomize(MemoryAttention(HIDDEN, HEADS))

    def outputs(source, targets):
        out, memory = layer.encode(source, SOURCE_MASK)
        own_mask, own = OWN_MASK & (np.arange(T) < 3), layer.project(targets)
        extended = layer.extend(targets, own_mask, own=own, memory=memory, memory_mask=SOURCE_MASK)
        return out[0], out[1, :3], extended[:, :, :3]

    changed_source, changed_targets = SOURCE.copy(), TARGETS.copy()
    changed_source[1, 3:] = 1e3
    changed_targets[:, :, 3] = 1e3
    for before, after in zip(outputs(SOURCE, TARGETS), outputs(changed_source, changed_targets), strict=True):
        np.testing.assert_allclose(before, after, atol=1e-6)


def test_a_source_of_padding_only_stays_finite():
    layer = randomize(MemoryAttention(HIDDEN, HEADS))
    all_masked = np.zeros((B, S), bool)
    out, memory = layer.encode(SOURCE, all_masked)
    extended = layer.extend(TARGETS, OWN_MASK, own=layer.project(TARGETS), memory=memory, memory_mask=all_masked)
    assert np.isfinite(out).all() and np.isfinite(extended).all()


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16", "float16"])
def test_half_precision_is_close(policy):
    exact, half = (randomize(MemoryAttention(HIDDEN, HEADS, dtype=dtype)) for dtype in ("float32", policy))
    results = []
    for layer in (exact, half):
        source, targets = (ops.cast(x, layer.compute_dtype) for x in (SOURCE, TARGETS))
        out, memory = layer.encode(source, SOURCE_MASK)
        extended = layer.extend(targets, OWN_MASK, own=layer.project(targets), memory=memory, memory_mask=SOURCE_MASK)
        results.append((out, extended))
    for expected, got in zip(*results, strict=True):
        assert keras.backend.standardize_dtype(got.dtype) == half.compute_dtype
        np.testing.assert_allclose(ops.cast(got, "float32"), expected, atol=0.15 if "bfloat" in policy else 0.02)


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_extreme_scores_stay_finite(policy):
    layer = randomize(MemoryAttention(HIDDEN, HEADS, dtype=policy))
    out = layer(ops.cast(30 * SOURCE, layer.compute_dtype), mask=SOURCE_MASK)
    assert np.isfinite(ops.cast(out, "float32")).all()


def test_dropout_acts_in_training_only():
    layer = randomize(MemoryAttention(HIDDEN, HEADS, dropout=0.5))
    np.testing.assert_array_equal(layer(SOURCE), layer(SOURCE, training=False))
    assert np.abs(layer(SOURCE, training=True) - layer(SOURCE)).max() > 1e-2


def test_gradients_reach_sources_through_the_memory():
    import tensorflow as tf

    layer = randomize(MemoryAttention(HIDDEN, HEADS))
    source = tf.constant(SOURCE)
    with tf.GradientTape() as tape:
        tape.watch(source)
        _, memory = layer.encode(source, SOURCE_MASK)
        out = layer.extend(TARGETS, OWN_MASK, own=layer.project(TARGETS), memory=memory, memory_mask=SOURCE_MASK)
        loss = tf.reduce_sum(out**2)
    gradient = tape.gradient(loss, source).numpy()
    assert (np.abs(gradient[SOURCE_MASK]).max(axis=-1) > 0).all()
    assert not gradient[~SOURCE_MASK].any()


def test_heads_must_divide_the_width():
    with pytest.raises(ValueError, match="num_heads to divide hidden_size 8. Received: 3"):
        MemoryAttention(8, 3)


def test_is_saved_and_loaded(tmp_path):
    layer = randomize(MemoryAttention(HIDDEN, HEADS, dropout=0.1))
    model = keras.Sequential([keras.Input((S, HIDDEN)), layer])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(SOURCE), model(SOURCE))
    assert loaded.layers[0].get_config() == layer.get_config()
