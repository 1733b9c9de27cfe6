"""Token cross-entropy against a slow float64 loop, and its average over tokens."""

import keras
import numpy as np
import pytest

from textzoo.losses import SequenceCrossentropy, sequence_crossentropy

pytestmark = pytest.mark.graph


def slow_crossentropy(y_true, logits, smoothing=0.0):
    result = np.zeros(y_true.shape)
    for at in np.ndindex(y_true.shape):
        s = logits[at].astype("float64")
        probabilities = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
        target = np.full(len(s), smoothing / len(s))
        target[y_true[at]] += 1 - smoothing
        result[at] = -(target * np.log(probabilities)).sum()
    return result


def random_case(seed, shape=(3, 5), vocabulary=7):
    rng = np.random.default_rng(seed)
    return rng.integers(0, vocabulary, shape), rng.normal(0, 3, (*shape, vocabulary)).astype("float32")


def to_numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
@pytest.mark.parametrize("shape", [(4,), (3, 5), (2, 3, 4)])
def test_equals_slow_loop(shape, smoothing):
    for seed in range(20):
        y_true, logits = random_case(seed, shape)
        expected = slow_crossentropy(y_true, logits, smoothing)
        np.testing.assert_allclose(
            to_numpy(sequence_crossentropy(y_true, logits, label_smoothing=smoothing)), expected, rtol=1e-5, atol=1e-6
        )
        log_probs = keras.ops.log_softmax(logits, axis=-1)
        np.testing.assert_allclose(
            to_numpy(sequence_crossentropy(y_true, log_probs, label_smoothing=smoothing, from_log_probs=True)),
            expected,
            rtol=1e-5,
            atol=1e-5,
        )


def test_log_probabilities_of_impossible_tokens_do_not_matter():
    log_probs = np.log(np.array([[[0.5, 0.5, 1e-3]]], "float32"))
    log_probs[..., 2] = -np.inf
    np.testing.assert_allclose(
        to_numpy(sequence_crossentropy([[1]], log_probs, from_log_probs=True)), [[np.log(2)]], rtol=1e-6
    )


def test_mean_is_over_tokens_not_examples():
    y_true, logits = random_case(0, (2, 4))
    weight = np.array([[1, 1, 1, 1], [1, 0, 0, 0]], "float32")
    tokens = slow_crossentropy(y_true, logits)
    expected = (tokens * weight).sum() / 5
    np.testing.assert_allclose(float(SequenceCrossentropy()(y_true, logits, weight)), expected, rtol=1e-5)
    assert abs(expected - (tokens[0].mean() + tokens[1, 0]) / 2) > 1e-2


def test_keras_mask_and_weights_multiply():
    y_true, logits = random_case(1, (2, 4))
    mask = np.array([[1, 1, 1, 0], [1, 1, 0, 0]], bool)
    weight = np.random.default_rng(0).uniform(0.5, 2, (2, 4)).astype("float32")
    masked = keras.ops.convert_to_tensor(logits)
    masked._keras_mask = keras.ops.convert_to_tensor(mask)
    tokens, w = slow_crossentropy(y_true, logits), mask * weight
    np.testing.assert_allclose(
        float(SequenceCrossentropy()(y_true, masked, weight)), (tokens * w).sum() / w.sum(), rtol=1e-5
    )
    np.testing.assert_allclose(float(SequenceCrossentropy()(y_true, masked)), tokens[mask].mean(), rtol=1e-5)


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
def test_one_weight_per_example_counts_for_its_tokens(shape):
    y_true, logits = random_case(2, (3, 4))
    weight = np.array([1.0, 0.0, 3.0], "float32")
    loss, expected = SequenceCrossentropy(0.1), np.repeat(weight[:, None], 4, axis=1)
    np.testing.assert_allclose(
        float(loss(y_true, logits, weight.reshape(shape))), float(loss(y_true, logits, expected)), rtol=1e-6
    )


def test_zero_weights_give_zero():
    y_true, logits = random_case(3, (2, 4))
    assert float(SequenceCrossentropy()(y_true, logits, np.zeros((2, 4)))) == 0


def test_large_token_ids_stay_exact():
    logits = np.zeros((1, 1, 30000), "float32")
    logits[0, 0, 29999] = 20
    assert float(SequenceCrossentropy()([[29999]], logits)) < 1e-3


def test_fits_in_a_model_and_survives_saving(tmp_path):
    y_true, _ = random_case(4, (8, 5))
    inputs = keras.Input((5,), dtype="int32")
    hidden = keras.layers.Embedding(7, 8, mask_zero=True)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(7)(hidden))
    model.compile("adam", SequenceCrossentropy(label_smoothing=0.1))
    before = model.evaluate(y_true, y_true, verbose=0)
    model.fit(y_true, y_true, epochs=3, verbose=0)
    after = model.evaluate(y_true, y_true, verbose=0)
    assert after < before
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.loss.get_config() == model.loss.get_config()
    np.testing.assert_allclose(loaded.evaluate(y_true, y_true, verbose=0), after, rtol=1e-6)


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_invalid_smoothing_raises(smoothing):
    with pytest.raises(ValueError, match="Expected label_smoothing in .*Received"):
        SequenceCrossentropy(smoothing)


@pytest.mark.parametrize("shape", [(2, 4, 7), (2, 3), (2,)])
def test_different_shapes_raise(shape):
    with pytest.raises(ValueError, match="one token id for each position"):
        SequenceCrossentropy()(np.zeros(shape), np.zeros((2, 4, 7)))


@pytest.mark.parametrize("from_log_probs", [False, True])
@pytest.mark.parametrize("token", [-1, 5, 2**31 - 1, 0.5])
def test_ids_outside_the_vocabulary_are_named(token, from_log_probs):
    match = f"y_true of whole numbers from 0 to 4. Received: ids from 0 to {token}" if token > 0 else "ids from -1 to 0"
    with pytest.raises(ValueError, match=match):
        sequence_crossentropy([[0, token]], np.zeros((1, 2, 5), "float32"), from_log_probs=from_log_probs)


def test_an_empty_batch_has_the_loss_0():
    for shape in ((0, 4), (2, 0)):
        loss = SequenceCrossentropy(0.1)(np.zeros(shape, "int32"), np.zeros((*shape, 5), "float32"))
        assert float(loss) == 0
