"""The span bias of a UniLM: its effect, its limits, and training with it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from textzoo.losses import SequenceCrossentropy
from textzoo.models import Encoder, UniLM

END, VOCAB = 3, 24
SOURCE = np.array([[2, 7, 8, 9, 7, 10, END, 0], [2, 11, 12, 13, 14, 11, 15, END]])
TARGETS = np.array([[[7, END, 8, END], [7, END, 8, END]], [[12, 13, END, 9], [11, END, 5, END]]])
SPANS = np.array([[[1, 2], [4, 5]], [[2, 4], [0, 0]]])


def unilm(dtype="float32", **options):
    keras.utils.set_random_seed(0)
    shape = {"hidden_size": 16, "num_layers": 2, "num_heads": 2, "intermediate_size": 32, "max_length": 48}
    encoder = Encoder(VOCAB, **shape, dropout=0.0, attention_dropout=0.0, initializer_range=0.3, dtype=dtype)
    return UniLM(encoder, dtype=dtype, **options)


@pytest.fixture(scope="module", params=[True, False], ids=["copy head", "no copy head"])
def pair(request):
    """The model with a span bias, and the same model without."""
    biased = unilm(copy_head=request.param, span_bias=True)
    plain = unilm(copy_head=request.param)
    for layer in ("encoder", "copy_head"):
        if getattr(plain, layer) is not None:
            getattr(plain, layer).set_weights(getattr(biased, layer).get_weights())
    return biased, plain


@pytest.fixture
def biased(pair):
    pair[0].span_bias.set_weights([np.random.default_rng(0).normal(size=pair[0].span_bias.bias.shape)])
    return pair[0]


def logits(model, *, spans=SPANS, targets=TARGETS):
    return np.asarray(model({"source_ids": SOURCE, "target_ids": targets, "target_spans": spans}))


def test_a_zero_span_bias_changes_nothing(pair):
    biased, plain = pair
    biased.span_bias.set_weights([np.zeros(biased.span_bias.bias.shape)])
    np.testing.assert_allclose(logits(biased), logits(plain), atol=1e-6)


def test_the_bias_applies_after_the_span_and_its_end(biased, pair):
    changed = np.abs(logits(biased) - logits(pair[1])).max(axis=-1) > 1e-4
    assert changed.tolist() == [[[0, 0, 1, 1], [0, 0, 1, 1]], [[0, 0, 0, 1], [0, 0, 0, 0]]]


def test_equal_tokens_at_two_positions_get_different_logits(biased, pair):
    assert np.abs(np.diff(logits(biased)[0], axis=0)[0, 2:]).max() > 1e-3
    one, other = logits(pair[1])[0]
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_steps_with_a_cache_equal_one_pass(biased):
    source = biased.encode(SOURCE)
    cache = biased.encoder.make_cache(2, streams=2, length=4)
    for t in range(3):
        after_span = (t >= (SPANS[..., 1] - SPANS[..., 0]))[..., None]
        bias = biased.span_attention_bias(SPANS, source).at(after_span)
        step, cache = biased.extend(TARGETS[:, :, t : t + 1], source, cache=cache, index=t, bias=bias)
        np.testing.assert_allclose(step[:, :, 0], logits(biased)[:, :, t + 1], atol=1e-5)


def test_streams_equal_separate_calls(biased):
    for stream in (0, 1):
        alone = logits(biased, spans=SPANS[:, stream : stream + 1], targets=TARGETS[:, stream : stream + 1])
        np.testing.assert_allclose(alone[:, 0], logits(biased)[:, stream], atol=1e-5)


def test_half_precision_is_close(biased):
    half = unilm("mixed_bfloat16", copy_head=biased.copy_head is not None, span_bias=True)
    half.set_weights(biased.get_weights())
    np.testing.assert_allclose(logits(half), logits(biased), atol=0.5)


def test_missing_spans_equal_empty_spans(biased):
    plain = biased({"source_ids": SOURCE, "target_ids": TARGETS})
    np.testing.assert_allclose(plain, logits(biased, spans=np.zeros_like(SPANS)), atol=1e-6)


def neighbours(count, seed):
    """Returns sources with token 5 at two positions and targets: 5, an end token, and the token before that 5."""
    rng = np.random.default_rng(seed)
    source = rng.integers(6, VOCAB, (count, 10))
    first, second = rng.integers(2, 5, count), rng.integers(6, 9, count)
    rows = np.arange(count)
    source[rows, first] = source[rows, second] = 5
    source[:, 0], source[:, -1] = 2, END
    positions = np.stack([first, second], axis=1)
    before = source[rows[:, None], positions - 1]
    target = np.stack([np.full_like(before, 5), np.full_like(before, END), before], axis=-1)
    return source, target, np.stack([positions, positions + 1], axis=-1)


@pytest.mark.tensorflow("gradients by tf.GradientTape")
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_log_probabilities_train_without_a_softmax(smoothing):
    """For a copy head's log-probabilities, both forms of the loss have the same gradients."""
    model = unilm(copy_head=True, span_bias=True)
    source, target, spans = neighbours(8, 0)
    gradients = []
    for from_log_probs in (False, True):
        with tf.GradientTape() as tape:
            log_probs = model({"source_ids": source, "target_ids": target, "target_spans": spans})
            loss = SequenceCrossentropy(smoothing, from_log_probs)(target, log_probs)
        gradients.append(tape.gradient(loss, model.trainable_variables))
    for ours, theirs in zip(*gradients, strict=True):
        if theirs is not None:
            np.testing.assert_allclose(tf.convert_to_tensor(ours), tf.convert_to_tensor(theirs), atol=2e-6)


@pytest.mark.graph
@pytest.mark.slow
def test_learns_the_neighbour_of_the_span():
    """Without the bias, no model is right in more than half of the cases."""
    model = unilm(copy_head=True, span_bias=True)
    inputs = keras.Input((10,), dtype="int32"), keras.Input((2, 3), dtype="int32"), keras.Input((2, 2), dtype="int32")
    names = "source_ids", "target_ids", "target_spans"
    trained = keras.Model(inputs, model(dict(zip(names, inputs, strict=True))))
    trained.compile(keras.optimizers.Adam(1e-2), SequenceCrossentropy())
    source, target, spans = neighbours(256, 0)
    trained.fit((source, target, spans), target, batch_size=32, epochs=20, verbose=0)
    source, target, spans = neighbours(64, 1)
    predictions = ops.argmax(trained.predict((source, target, spans), verbose=0)[:, :, 2], axis=-1)
    assert np.mean(np.asarray(predictions) == target[:, :, 2]) > 0.9
