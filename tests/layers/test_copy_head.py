"""The copy head against the mixture in float64."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.layers.references import affine, randomize, softmax
from textzoo.layers.copy_head import CopyHead

pytestmark = pytest.mark.graph

B, P, T, S, HIDDEN, VOCAB = 2, 3, 2, 6, 8, 11
RNG = np.random.default_rng(2)
LOGITS = RNG.normal(size=(B, P, T, VOCAB)).astype("float32")
STATES = RNG.normal(size=(B, P, T, HIDDEN)).astype("float32")
HIDDEN_STATES = RNG.normal(size=(B, S, HIDDEN)).astype("float32")
SOURCE_IDS = np.array([[2, 5, 7, 5, 3, 0], [2, 9, 9, 9, 4, 3]])
READ_IDS = np.array([[[0, 5], [7, 3], [5, 8]], [[9, 4], [3, 2], [6, 9]]])
MASK = np.array([[0, 1, 1, 1, 0, 0], [0, 1, 1, 1, 1, 0]], bool)
SOURCE = {"source_ids": SOURCE_IDS, "source_mask": MASK, "read_ids": READ_IDS}


def keys(head, hidden):
    """Computes keys from each token and its two neighbours, zeros beyond the ends."""
    around = np.pad(hidden, ((1, 1), (0, 0)))
    kernel, bias = (np.asarray(weight, "float64") for weight in head.key.weights)
    return np.stack([sum(around[i + j] @ kernel[j] for j in range(3)) + bias for i in range(len(hidden))])


def mixture(head):
    """Computes the mixture position by position in float64."""
    p = np.zeros(LOGITS.shape)
    vocabulary = softmax(LOGITS.astype("float64"))
    for b, s, t in np.ndindex(B, P, T):
        state = STATES[b, s, t].astype("float64")
        scores = keys(head, HIDDEN_STATES[b].astype("float64")) @ affine(head.query, state) / np.sqrt(HIDDEN)
        before, after = affine(head.order, state)
        ids = [0, *SOURCE_IDS[b], 0]
        for i in range(S):
            scores[i] += before * (ids[i] == READ_IDS[b, s, t]) + after * (ids[i + 2] == READ_IDS[b, s, t])
        pointer = softmax(np.where(MASK[b], scores, -np.inf))
        gate = 1 / (1 + np.exp(-affine(head.gate, state)[0]))
        p[b, s, t] = gate * vocabulary[b, s, t]
        for i, token in enumerate(SOURCE_IDS[b]):
            p[b, s, t, token] += (1 - gate) * pointer[i]
    return p


def apply(head, logits=LOGITS):
    keys = head.source_keys(ops.cast(HIDDEN_STATES, head.compute_dtype))
    return head(ops.array(logits), ops.cast(STATES, head.compute_dtype), keys=keys, **SOURCE)


def test_equals_the_mixture_and_sums_to_one():
    head = randomize(CopyHead(HIDDEN))
    p = np.exp(apply(head))
    np.testing.assert_allclose(p, mixture(head), atol=1e-6)
    np.testing.assert_allclose(p.sum(axis=-1), 1, atol=1e-6)


def test_is_its_own_log_softmax():
    log_probs = apply(randomize(CopyHead(HIDDEN)))
    np.testing.assert_allclose(ops.log_softmax(log_probs, axis=-1), log_probs, atol=1e-6)


def test_order_starts_at_zero_and_then_finds_the_next_token():
    head = CopyHead(HIDDEN)
    np.testing.assert_array_equal(head.order.kernel, 0)
    np.testing.assert_array_equal(head.order.bias, 0)
    head.gate.bias.assign([-60.0])
    head.order.bias.assign([60.0, 0.0])
    best = np.argmax(apply(head), axis=-1)
    assert best[0, 0, 1] == 7 and best[0, 1, 0] == 5 and best[1, 0, 0] in (9, 4)  # after 5, 7 and 9
    head.order.bias.assign([0.0, 60.0])
    best = np.argmax(apply(head), axis=-1)
    assert best[0, 0, 1] == 7 and best[0, 1, 0] == 5 and best[1, 0, 1] == 9  # before 5, 7 and 4


def test_a_closed_gate_leaves_the_vocabulary():
    head = randomize(CopyHead(HIDDEN))
    head.gate.bias.assign([60.0])
    np.testing.assert_allclose(np.exp(apply(head)), softmax(LOGITS.astype("float64")), atol=1e-6)
    np.testing.assert_allclose(apply(head), ops.log_softmax(LOGITS, axis=-1), atol=1e-6)


def test_an_open_gate_copies_only():
    head = randomize(CopyHead(HIDDEN))
    head.gate.bias.assign([-60.0])
    p = np.exp(apply(head))
    copied = np.zeros((B, VOCAB), bool)
    for row in range(B):
        copied[row, SOURCE_IDS[row, MASK[row]]] = True
    assert (p[np.broadcast_to(~copied[:, None, None], p.shape)] < 1e-12).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, atol=1e-6)


@pytest.mark.parametrize("bias", [-3.0, 0.0, 3.0])
def test_gradients_are_those_of_the_mixture(bias):
    """Compares with the plain formula over a one-hot matrix; repeated tokens count once."""
    import tensorflow as tf

    head = randomize(CopyHead(HIDDEN))
    head.gate.bias.assign([bias])
    weights = tf.constant(np.random.default_rng(3).normal(size=LOGITS.shape).astype("float32"))
    logits, states, hidden = (tf.constant(x) for x in (LOGITS, STATES, HIDDEN_STATES))

    def plain():
        query, keys = head.query(states) * HIDDEN**-0.5, head.key(hidden)
        scores = tf.einsum("bpth,bsh->bpts", query, keys)
        order = head.order(states)
        for i, shift in enumerate((1, 0)):
            beside = np.pad(SOURCE_IDS, ((0, 0), (shift, 1 - shift)))[:, 1 - shift :][:, :S]
            scores += order[..., i, None] * (READ_IDS[..., None] == beside[:, None, None]).astype("float32")
        scores = tf.where(MASK[:, None, None, :], scores, -1e9)
        copied = tf.einsum("bpts,bsv->bptv", tf.nn.softmax(scores), tf.one_hot(SOURCE_IDS, VOCAB))
        gate = tf.sigmoid(head.gate(states))
        return tf.math.log(gate * tf.nn.softmax(logits) + (1 - gate) * copied)

    def gradients(function):
        with tf.GradientTape() as tape:
            tape.watch([logits, states, hidden])
            loss = tf.reduce_sum(weights * function())
        return tape.gradient(loss, [logits, states, hidden, *head.trainable_weights])

    layer = lambda: head(logits, states, keys=head.source_keys(hidden), **SOURCE)  # noqa: E731
    np.testing.assert_allclose(layer(), plain(), atol=1e-5)
    for got, expected in zip(gradients(layer), gradients(plain), strict=True):
        np.testing.assert_allclose(got, expected, atol=2e-5)


@pytest.mark.parametrize("bias", [-1e4, 1e4])
def test_values_and_gradients_are_finite_at_extremes(bias):
    import tensorflow as tf

    head = randomize(CopyHead(HIDDEN))
    head.gate.bias.assign([bias])
    logits = tf.constant(LOGITS * 1e4)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        log_probs = apply(head, logits)
        loss = -tf.reduce_mean(log_probs[..., 5])
    gradients = tape.gradient(loss, [logits, *head.trainable_weights])
    assert np.isfinite(log_probs).all() and np.isfinite(loss)
    assert all(np.isfinite(gradient).all() for gradient in gradients)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_still_sums_to_one(policy):
    head, exact = (randomize(CopyHead(HIDDEN, dtype=dtype)) for dtype in (policy, "float32"))
    log_probs = apply(head)
    assert keras.backend.standardize_dtype(log_probs.dtype) == "float32"
    p = np.exp(log_probs)
    np.testing.assert_allclose(p.sum(axis=-1), 1, atol=1e-5)
    np.testing.assert_allclose(p, mixture(exact), atol=0.03)


@keras.saving.register_keras_serializable(package="textzoo_tests")
class Copier(keras.Model):
    def __init__(self, head=None, **kwargs):
        super().__init__(**kwargs)
        self.head = head or randomized()

    def call(self, states):
        return self.head(ops.array(LOGITS), states, keys=self.head.source_keys(HIDDEN_STATES), **SOURCE)

    def get_config(self):
        return super().get_config() | {"head": keras.saving.serialize_keras_object(self.head)}

    @classmethod
    def from_config(cls, config):
        return cls(**config | {"head": keras.saving.deserialize_keras_object(config["head"])})


def randomized():
    head = CopyHead(HIDDEN, initializer_range=0.3)
    head.gate.bias.assign([0.2])
    return head


def test_is_saved_and_loaded(tmp_path):
    model = Copier()
    expected = model(STATES)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(STATES), expected)
    assert loaded.head.get_config() == model.head.get_config()
