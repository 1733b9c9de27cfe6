"""The encoder against the UniLM mask, and its two steps against each other."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder
from textzoo.models.encoder_state import Memory

SOURCES = np.array([[2, 7, 8, 9, 10, 3], [2, 11, 12, 3, 0, 0]])
TARGETS = np.array([[[13, 14, 3, 15], [16, 3, 17, 18]], [[19, 20, 21, 3], [22, 3, 23, 3]]])
T = TARGETS.shape[2]


def softmax(x):
    x = np.exp(x - x.max(axis=-1, keepdims=True))
    return x / x.sum(axis=-1, keepdims=True)


def unilm(encoder, *, source, target):
    """Computes the states of `source + target` as one unpadded sequence under the UniLM mask, in float64."""
    number = lambda x: np.asarray(x, "float64")  # noqa: E731
    affine = lambda dense, x: x @ number(dense.kernel) + number(dense.bias)  # noqa: E731

    def norm(part, x):
        x = x - x.mean(axis=-1, keepdims=True)
        return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-12) * number(part.gamma) + number(part.beta)

    s, n = len(source), len(source) + len(target)
    mask = np.tril(np.ones((n, n), bool))
    mask[:, :s] = True
    mask[:s, s:] = False
    segments = np.array([0] * s + [encoder.num_segments - 1] * len(target))
    x = number(encoder.token_embedding.embeddings)[np.concatenate([source, target])]
    x = x + number(encoder.position_embedding(np.arange(n))) + number(encoder.segment_embedding.embeddings)[segments]
    x = norm(encoder.embedding_norm, x)
    for layer in encoder.encoder_layers:
        heads, size = layer.attention.num_heads, layer.attention.head_size
        split = lambda y: y.reshape(n, heads, size).swapaxes(0, 1)  # noqa: E731, B023
        q, k, v = (
            split(affine(dense, x)) for dense in (layer.attention.query, layer.attention.key, layer.attention.value)
        )
        weights = softmax(np.where(mask, q @ k.swapaxes(1, 2) / np.sqrt(size), -np.inf))
        context = (weights @ v).swapaxes(0, 1).reshape(n, -1)
        x = norm(layer.attention_norm, x + affine(layer.attention.output_projection, context))
        inner = number(layer.activation(ops.array(affine(layer.feed_forward_in, x), "float32")))
        x = norm(layer.output_norm, x + affine(layer.feed_forward_out, inner))
    return x


@pytest.fixture(name="encoder", scope="module")
def shared_encoder():
    """An encoder with weights far from zero that no test changes."""
    rng = np.random.default_rng(0)
    encoder = Encoder(40, hidden_size=16, num_layers=2, num_heads=4, intermediate_size=32, max_length=24, pooler=True)
    for weight in encoder.weights:
        weight.assign(rng.normal(0, 0.2, weight.shape) + (weight.name == "gamma"))
    return encoder


@pytest.mark.parametrize("options", [{}, {"num_segments": 1}, {"activation": "gelu_tanh", "num_layers": 1}], ids=str)
def test_encode_and_extend_equal_one_sequence_under_the_unilm_mask(options):
    encoder = random_encoder(**options)
    hidden, memory = encoder.encode(SOURCES)
    states, _ = encoder.extend(TARGETS, memory)
    for row, length in enumerate((6, 4)):
        for stream in range(2):
            expected = unilm(encoder, source=SOURCES[row, :length], target=TARGETS[row, stream])
            np.testing.assert_allclose(hidden[row, :length], expected[:length], atol=3e-5)
            np.testing.assert_allclose(states[row, stream], expected[length:], atol=3e-5)
            np.testing.assert_allclose(memory.last[row], expected[length - 1], atol=3e-5)
    assert np.asarray(memory.lengths).tolist() == [6, 4]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_steps_with_a_cache_equal_one_pass(step, encoder):
    _, memory = encoder.encode(SOURCES)
    at_once, own = encoder.extend(TARGETS, memory)
    cache = encoder.make_cache(2, streams=2, length=T + 2)
    for index in range(0, T, step):
        states, cache = encoder.extend(TARGETS[:, :, index : index + step], memory, cache=cache, index=index)
        np.testing.assert_allclose(states, at_once[:, :, index : index + step], atol=2e-6)
    for (keys, values), (own_keys, own_values) in zip(cache.layers, own.layers, strict=True):
        np.testing.assert_allclose(keys[..., :T, :], own_keys, atol=2e-6)
        np.testing.assert_allclose(values[..., :T, :], own_values, atol=2e-6)
    np.testing.assert_array_equal(cache.mask[..., :T], own.mask)
    assert not np.asarray(cache.mask)[..., T:].any()


@pytest.mark.tensorflow("tf.function")
def test_compiled_steps_equal_one_pass(encoder):
    """The slot is a tensor, as in a decoding loop."""
    import tensorflow as tf

    _, memory = encoder.encode(SOURCES)
    at_once, _ = encoder.extend(TARGETS, memory)
    extend = tf.function(
        lambda ids, cache, index: encoder.extend(ids, memory, cache=cache, index=index), jit_compile=True
    )
    cache = encoder.make_cache(2, streams=2, length=T)
    for index in range(T):
        states, cache = extend(tf.constant(TARGETS[:, :, index : index + 1]), cache, tf.constant(index))
        np.testing.assert_allclose(states[:, :, 0], at_once[:, :, index], atol=5e-6)


def test_streams_equal_separate_calls(encoder):
    _, memory = encoder.encode(SOURCES)
    together, _ = encoder.extend(TARGETS, memory)
    for stream in range(2):
        alone, _ = encoder.extend(TARGETS[:, stream : stream + 1], memory)
        np.testing.assert_allclose(together[:, stream], alone[:, 0], atol=2e-6)


def test_a_padded_row_equals_the_row_alone(encoder):
    hidden, memory = encoder.encode(np.pad(SOURCES, [[0, 0], [0, 5]]))
    states, _ = encoder.extend(TARGETS, memory)
    for row, length in enumerate((6, 4)):
        hidden_alone, memory_alone = encoder.encode(SOURCES[row : row + 1, :length])
        alone, _ = encoder.extend(TARGETS[row : row + 1], memory_alone)
        np.testing.assert_allclose(hidden[row, :length], hidden_alone[0], atol=2e-6)
        np.testing.assert_allclose(states[row], alone[0], atol=2e-6)
        np.testing.assert_allclose(memory.last[row], memory_alone.last[0], atol=2e-6)


@pytest.mark.parametrize("mask_given", [False, True], ids=["mask from ids", "mask given"])
def test_padding_between_a_prompt_and_its_continuation_is_ignored(mask_given, encoder):
    """Prompts of different lengths are padded, then continued after the padding."""
    _, memory = encoder.encode(SOURCES)
    prompts, rest = [[13, 14, 3], [16, 3]], [15, 17]
    padded = np.array([[prompts[0]], [[*prompts[1], 0]]])
    cache = encoder.make_cache(2, streams=1, length=5)
    states, cache = encoder.extend(padded, memory, cache=cache, target_mask=(padded != 0) if mask_given else None)
    next_states, cache = encoder.extend(np.array(rest)[:, None, None], memory, cache=cache, index=3)
    for row in range(2):
        memory_row = keras.tree.map_structure(lambda x: x[row : row + 1], memory)  # noqa: B023
        alone, _ = encoder.extend(np.array([[[*prompts[row], rest[row]]]]), memory_row)
        n = len(prompts[row])
        np.testing.assert_allclose(states[row, 0, :n], alone[0, 0, :n], atol=2e-6)
        np.testing.assert_allclose(next_states[row, 0, 0], alone[0, 0, n], atol=2e-6)


def test_later_targets_do_not_affect_earlier_ones(encoder):
    _, memory = encoder.encode(SOURCES)
    changed = TARGETS.copy()
    changed[:, :, 2:] = 30
    before, after = (encoder.extend(targets, memory)[0] for targets in (TARGETS, changed))
    np.testing.assert_allclose(before[:, :, :2], after[:, :, :2], atol=1e-6)
    assert np.abs(before[:, :, 2:] - after[:, :, 2:]).max() > 1e-2


def test_segments_and_masks_can_be_given(encoder):
    plain, _ = encoder.encode(SOURCES)
    same, _ = encoder.encode(SOURCES, mask=SOURCES != 0, segment_ids=np.zeros_like(SOURCES))
    other, _ = encoder.encode(SOURCES, segment_ids=np.ones_like(SOURCES))
    shorter, memory = encoder.encode(SOURCES, mask=np.arange(6) < np.array([[3], [2]]))
    np.testing.assert_array_equal(plain, same)
    assert np.abs(plain - other).max() > 1e-2
    np.testing.assert_allclose(shorter[0, :3], encoder.encode(SOURCES[:1, :3])[0][0], atol=2e-6)
    assert np.asarray(memory.lengths).tolist() == [3, 2]


def test_call_and_token_logits(encoder):
    hidden, _ = encoder.encode(SOURCES)
    np.testing.assert_array_equal(encoder(SOURCES), hidden)
    x = np.asarray(encoder.mlm_norm(encoder.mlm_activation(encoder.mlm_dense(hidden))))
    logits = x @ np.asarray(encoder.token_embedding.embeddings).T + np.asarray(encoder.mlm_bias)
    np.testing.assert_allclose(encoder.token_logits(hidden), logits, atol=1e-5)


def test_token_logits_need_an_output_head():
    encoder = random_encoder(mlm_head=False)
    with pytest.raises(ValueError, match=r"no output head \(mlm_head=False\)"):
        encoder.token_logits(encoder(SOURCES))


def test_dropout_acts_in_training_only():
    encoder = random_encoder(dropout=0.3, attention_dropout=0.3)
    hidden, memory = encoder.encode(SOURCES)
    np.testing.assert_array_equal(hidden, encoder.encode(SOURCES, training=False)[0])
    assert np.abs(hidden - encoder.encode(SOURCES, training=True)[0]).max() > 1e-2
    states = encoder.extend(TARGETS, memory)[0]
    assert np.abs(states - encoder.extend(TARGETS, memory, training=True)[0]).max() > 1e-2


@pytest.mark.tensorflow("gradients by tf.GradientTape")
def test_every_weight_gets_a_gradient():
    import tensorflow as tf

    encoder = random_encoder(pooler=False)
    with tf.GradientTape() as tape:
        _, memory = encoder.encode(SOURCES)
        states, _ = encoder.extend(TARGETS, memory)
        loss = tf.reduce_mean(encoder.token_logits(states) ** 2)
    for weight, gradient in zip(encoder.trainable_weights, tape.gradient(loss, encoder.trainable_weights), strict=True):
        gradient = tf.convert_to_tensor(gradient)
        assert np.isfinite(gradient).all() and (np.abs(gradient).max() > 0), weight.path


# === Positions ===


def test_hierarchical_positions_extend_the_length():
    short, long = random_encoder(max_length=6), random_encoder(max_length=6, hierarchical_positions=True)
    np.testing.assert_allclose(short(SOURCES), long(SOURCES), atol=1e-5)
    _, memory = long.encode(SOURCES)
    states, _ = long.extend(TARGETS, memory)
    np.testing.assert_allclose(states[0, 0], unilm(long, source=SOURCES[0], target=TARGETS[0, 0])[6:], atol=3e-5)


def test_a_token_past_the_last_position_is_an_error():
    encoder = random_encoder(max_length=9)
    with pytest.raises(ValueError, match="positions below 9, the model's length. Received: 9"):
        encoder.encode(np.full((1, 10), 7))
    _, memory = encoder.encode(SOURCES)
    with pytest.raises(ValueError, match="positions below 9, the model's length. Received: 9"):
        encoder.extend(TARGETS, memory)
    cache = encoder.make_cache(2, streams=2, length=8)
    _, cache = encoder.extend(TARGETS[..., :3], memory, cache=cache)
    with pytest.raises(ValueError, match="Received: 9"):
        encoder.extend(TARGETS[..., 3:], memory, cache=cache, index=3)


def test_padding_may_exceed_the_last_position():
    """Bucketed batches may be padded beyond the model's length."""
    encoder = random_encoder(max_length=10)
    expected, memory = encoder.encode(SOURCES)
    hidden, padded = encoder.encode(np.pad(SOURCES, [[0, 0], [0, 10]]))
    np.testing.assert_allclose(hidden[0, :6], expected[0], atol=2e-6)
    states, _ = encoder.extend(TARGETS, memory)
    more, _ = encoder.extend(np.pad(TARGETS, [[0, 0], [0, 0], [0, 10]]), padded)
    np.testing.assert_allclose(more[:, :, :T], states, atol=2e-6)


# === Keras ===


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_is_close(policy):
    half, exact = random_encoder(dtype=policy), random_encoder()
    results = []
    for encoder in (half, exact):
        _, memory = encoder.encode(SOURCES)
        cache = encoder.make_cache(2, streams=2, length=T)
        states, _ = encoder.extend(TARGETS, memory, cache=cache)
        results.append(encoder.token_logits(states))
    assert keras.backend.standardize_dtype(results[0].dtype) == "float32"
    np.testing.assert_allclose(results[0], results[1], atol=0.4 if "bfloat" in policy else 0.05)


@pytest.mark.parametrize(
    "options", [{}, {"pooler": False, "mlm_head": False}, {"hierarchical_positions": True}], ids=str
)
def test_is_saved_and_loaded(options, tmp_path):
    encoder = random_encoder(dropout=0.2, **options)
    encoder.tokenizer = None
    encoder.save(tmp_path / "encoder.keras")
    loaded = keras.saving.load_model(tmp_path / "encoder.keras")
    np.testing.assert_array_equal(loaded(SOURCES), encoder(SOURCES))
    assert loaded.get_config() == encoder.get_config()


def test_is_trained_by_fit():
    encoder = random_encoder(num_layers=1, pooler=False, mlm_head=False)
    encoder.compile(optimizer="adam", loss="mse")
    x = np.repeat(SOURCES, 4, axis=0)
    history = encoder.fit(x, np.zeros((8, 6, 16)), epochs=3, batch_size=4, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]


@pytest.mark.tensorflow("gradients by tf.GradientTape")
def test_lora_trains_few_weights_and_is_merged_when_saved(tmp_path):
    import tensorflow as tf

    encoder = random_encoder(pooler=False)
    encoder.tokenizer = None
    expected = encoder.extend(TARGETS, encoder.encode(SOURCES)[1])[0]
    denses = [layer for layer in encoder._flatten_layers() if isinstance(layer, keras.layers.Dense)]
    assert len(denses) == 2 * 6 + 1
    for dense in denses:
        dense.enable_lora(rank=2)
        assert not dense._kernel.trainable
    lora = [weight for weight in encoder.trainable_weights if "lora" in weight.name]
    assert len(lora) == 2 * len(denses)
    with tf.GradientTape() as tape:
        states = encoder.extend(TARGETS, encoder.encode(SOURCES)[1])[0]
        loss = tf.reduce_mean(encoder.token_logits(states) ** 2)
    np.testing.assert_allclose(states, expected, atol=1e-6)
    gradients = tape.gradient(loss, lora)
    assert sum(bool(np.abs(gradient).max() > 0) for gradient in gradients) == len(denses)

    for weight in lora:
        weight.assign(np.random.default_rng(1).normal(0, 0.3, weight.shape))
    tuned = encoder(SOURCES)
    encoder.save(tmp_path / "encoder.keras")
    np.testing.assert_allclose(keras.saving.load_model(tmp_path / "encoder.keras")(SOURCES), tuned, atol=1e-5)


def test_memory_is_a_nest_of_tensors(encoder):
    _, memory = encoder.encode(SOURCES)
    assert isinstance(memory, Memory) and len(memory.layers) == 2
    assert [tuple(x.shape) for x in keras.tree.flatten(memory)] == [(2, 4, 6, 4)] * 4 + [(2, 6), (2,), (2, 16)]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"num_heads": 0}, "Expected num_heads to be an integer from 1 to 4096. Received: 0"),
        ({"num_heads": 3}, "num_heads to be a divisor of the hidden size 8. Received: 3"),
        ({"dropout": -0.1}, "dropout to be a number of at least 0 and below 1. Received: -0.1"),
        ({"hidden_size": "8"}, 'hidden_size to be an integer .*Received: "8"'),
        ({"num_layers": 10**12}, "num_layers to be an integer from 1 to 1000"),
    ],
    ids=str,
)
def test_the_constructor_checks_its_arguments(options, match):
    with pytest.raises(ValueError, match=match):
        Encoder(**{"vocab_size": 9, "hidden_size": 8, "num_layers": 1, "num_heads": 2} | options)
