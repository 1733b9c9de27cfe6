"""Where a target's span stands: what it changes, what it leaves alone, and what can be learned from it."""

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
    """The model with scores by distance, and the same model without."""
    told = unilm(copy_head=request.param, span_bias=True)
    plain = unilm(copy_head=request.param)
    for layer in ("encoder", "copy_head"):
        if getattr(plain, layer) is not None:
            getattr(plain, layer).set_weights(getattr(told, layer).get_weights())
    return told, plain


@pytest.fixture
def told(pair):
    pair[0].span_bias.set_weights([np.random.default_rng(0).normal(size=pair[0].span_bias.bias.shape)])
    return pair[0]


def logits(model, spans=SPANS, targets=TARGETS):
    return np.asarray(model({"source_ids": SOURCE, "target_ids": targets, "target_spans": spans}))


def test_begins_as_it_was(pair):
    told, plain = pair
    told.span_bias.set_weights([np.zeros(told.span_bias.bias.shape)])
    np.testing.assert_allclose(logits(told), logits(plain), atol=1e-6)


def test_the_span_itself_is_written_without_it(told, pair):
    """And so is its end; what follows is not."""
    changed = np.abs(logits(told) - logits(pair[1])).max(axis=-1) > 1e-4
    assert changed.tolist() == [[[0, 0, 1, 1], [0, 0, 1, 1]], [[0, 0, 0, 1], [0, 0, 0, 0]]]


def test_the_same_words_at_two_places_are_two_things(told, pair):
    assert np.abs(np.diff(logits(told)[0], axis=0)[0, 2:]).max() > 1e-3
    np.testing.assert_allclose(*logits(pair[1])[0], atol=1e-6)


def test_step_by_step_is_all_at_once(told):
    source = told.read(SOURCE)
    cache = told.encoder.make_cache(2, 2, 4)
    for t in range(3):
        after = (t >= (SPANS[..., 1] - SPANS[..., 0]))[..., None]
        focus = told.focus(SPANS, source).at(after)
        step, cache = told.write(TARGETS[:, :, t : t + 1], source, cache, t, span_bias_scores=focus)
        np.testing.assert_allclose(step[:, :, 0], logits(told)[:, :, t + 1], atol=1e-5)


def test_one_stream_is_what_it_is_among_several(told):
    for stream in (0, 1):
        alone = logits(told, SPANS[:, stream : stream + 1], TARGETS[:, stream : stream + 1])
        np.testing.assert_allclose(alone[:, 0], logits(told)[:, stream], atol=1e-5)


def test_in_half_precision_it_is_nearly_the_same(told):
    half = unilm("mixed_bfloat16", copy_head=told.copy_head is not None, span_bias=True)
    half.set_weights(told.get_weights())
    np.testing.assert_allclose(logits(half), logits(told), atol=0.5)


def test_no_spans_are_spans_that_stand_nowhere(told):
    plain = told({"source_ids": SOURCE, "target_ids": TARGETS})
    np.testing.assert_allclose(plain, logits(told, np.zeros_like(SPANS)), atol=1e-6)


def neighbours(count, seed):
    """Sources in which token 5 stands twice; the target: 5, its end, and what stands before the one that is meant."""
    random = np.random.default_rng(seed)
    source = random.integers(6, VOCAB, (count, 10))
    first, second = random.integers(2, 5, count), random.integers(6, 9, count)
    rows = np.arange(count)
    source[rows, first] = source[rows, second] = 5
    source[:, 0], source[:, -1] = 2, END
    places = np.stack([first, second], axis=1)
    before = source[rows[:, None], places - 1]
    target = np.stack([np.full_like(before, 5), np.full_like(before, END), before], axis=-1)
    return source, target, np.stack([places, places + 1], axis=-1)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_log_probabilities_need_no_softmax_to_train_on(smoothing):
    """Of a copy head's log-probabilities the loss of logits and that of log-probabilities have the same gradients."""
    model = unilm(copy_head=True, span_bias=True)
    source, target, spans = neighbours(8, 0)
    gradients = []
    for from_log_probs in (False, True):
        with tf.GradientTape() as tape:
            found = model({"source_ids": source, "target_ids": target, "target_spans": spans})
            loss = SequenceCrossentropy(smoothing, from_log_probs)(target, found)
        gradients.append(tape.gradient(loss, model.trainable_variables))
    for ours, theirs in zip(*gradients, strict=True):
        if theirs is not None:
            np.testing.assert_allclose(tf.convert_to_tensor(ours), tf.convert_to_tensor(theirs), atol=2e-6)


def test_learns_what_stands_beside_the_span():
    """Without being told, no model could do better than one of two."""
    model = unilm(copy_head=True, span_bias=True)
    inputs = keras.Input((10,), dtype="int32"), keras.Input((2, 3), dtype="int32"), keras.Input((2, 2), dtype="int32")
    names = "source_ids", "target_ids", "target_spans"
    trained = keras.Model(inputs, model(dict(zip(names, inputs, strict=True))))
    trained.compile(keras.optimizers.Adam(1e-2), SequenceCrossentropy())
    source, target, spans = neighbours(256, 0)
    trained.fit((source, target, spans), target, batch_size=32, epochs=20, verbose=0)
    source, target, spans = neighbours(64, 1)
    found = ops.argmax(trained.predict((source, target, spans), verbose=0)[:, :, 2], axis=-1)
    assert np.mean(np.asarray(found) == target[:, :, 2]) > 0.9
