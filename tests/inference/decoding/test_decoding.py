"""Every decoding loop in NumPy gives the results of the loop in Keras, on models of random numbers."""

import numpy as np
import pytest
from keras import ops

from tests.inference.decoding.random_steps import RandomSteps, TableNextTokens
from textzoo import generation
from textzoo.data import span_constraint
from textzoo.data.decoding_constants import MASKED_LOGIT
from textzoo.inference import decoding
from textzoo.inference.decoding.next_tokens import best_continuations

OPTIONS = [
    {"num_beams": 1},
    {"num_beams": 2, "length_penalty": 0.6},
    {"num_beams": 4, "length_penalty": 1.0, "min_length": 2},
    {"num_beams": 4, "no_repeat_ngram_size": 2, "min_length": 1},
    {"num_beams": 6, "length_penalty": 2.0, "no_repeat_ngram_size": 1},
]


def assert_equal_parts(actual, expected):
    """Compares named tuples of arrays; tokens of hypotheses that do not exist are arbitrary."""
    exists = np.asarray(expected.log_probs) > MASKED_LOGIT / 2
    for name, part in actual._asdict().items():
        other = np.asarray(getattr(expected, name))
        assert part.shape == other.shape, name
        if part.dtype.kind == "f":
            np.testing.assert_allclose(part[exists], other[exists], rtol=1e-5, atol=1e-5)
        else:
            np.testing.assert_array_equal(part[exists], other[exists], name)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("vocab_size", [4, 9])
def test_beam_search(options, vocab_size):
    options, b, g, end_id = generation.SearchOptions(**options), 3, 2, 1
    for seed in range(2):
        model = RandomSteps(seed, b=b, streams=g, vocab_size=vocab_size)
        shared = {"max_length": 6, "end_id": end_id, "options": options}
        expected = generation.beam_search(
            model.keras_step, ops.array(model.first_logits()), state=ops.array(model.start), **shared
        )
        first, step = model.light()
        assert_equal_parts(decoding.beam_search(first, step, shape=(b, g), **shared), expected)


@pytest.mark.parametrize("options", [options for options in OPTIONS if options["num_beams"] % 2 == 0])
@pytest.mark.parametrize("return_trace", [False, True])
def test_bidirectional_beam_search(options, return_trace):
    options, b = generation.SearchOptions(**options), 2
    for seed in range(2):
        model = RandomSteps(seed, b=b, streams=2, vocab_size=7, partners=True)
        shared = {"max_length": 6, "end_id": 1, "options": options, "return_trace": return_trace}
        expected = generation.bidirectional_beam_search(
            model.keras_step, ops.array(model.first_logits()), state=ops.array(model.start), **shared
        )
        first, step = model.light()
        beams = decoding.bidirectional_beam_search(first, step, batch_size=b, **shared)
        assert_equal_parts(beams._replace(trace=beams.direction), expected._replace(trace=expected.direction))
        if return_trace:
            assert_equal_parts(beams.trace, expected.trace)


@pytest.mark.parametrize("options", [options for options in OPTIONS if options["num_beams"] % 2 == 0])
@pytest.mark.parametrize("max_length", [5, 6])
def test_both_ends_beam_search(options, max_length):
    options, b = generation.SearchOptions(**options), 2
    for seed in range(2):
        model = RandomSteps(seed, b=b, streams=2, vocab_size=7, partners=True)
        shared = {"max_length": max_length, "end_id": 1, "options": options}
        expected = generation.both_ends_beam_search(
            model.keras_step, ops.array(model.first_logits()), state=ops.array(model.start), **shared
        )
        first, step = model.light()
        assert_equal_parts(decoding.both_ends_beam_search(first, step, batch_size=b, **shared), expected)


@pytest.mark.parametrize("min_length", [0, 3])
def test_greedy(min_length):
    for seed in range(2):
        model = RandomSteps(seed, b=3, streams=2, vocab_size=5, partners=True)
        shared = {"max_length": 7, "end_id": 1, "min_length": min_length}
        expected = generation.greedy(
            model.keras_step, ops.array(model.first_logits()), state=ops.array(model.start), **shared
        )
        first, step = model.light()
        assert_equal_parts(decoding.greedy(first, step, shape=(3, 2), **shared), expected)


@pytest.mark.parametrize(("temperature", "top_p"), [(1.0, 1.0), (1.0, 0.9), (0.5, 0.6), (2.0, 1.0)])
def test_sampling_of_spans(temperature, top_p):
    b, p, max_length, end_id = 3, 8, 4, 1
    for seed in range(2):
        rng = np.random.default_rng(seed)
        model = RandomSteps(seed, b=b, streams=1, vocab_size=12)
        source_ids = rng.integers(2, 12, (b, 10))
        source_ids[0, 6:] = 0
        starts, ends = rng.random((2, *source_ids.shape)) < 0.5
        starts[2] = False  # a source without a span
        shared = {
            "constraint": span_constraint(source_ids, starts=starts, ends=ends, end_id=end_id),
            "uniforms": rng.random((b, p, max_length)).astype("float32"),
            "end_id": end_id,
            "temperature": temperature,
            "top_p": top_p,
        }
        logits, state = (ops.repeat(ops.array(part), p, axis=1) for part in (model.first_logits(), model.start))
        expected = generation.sample(model.keras_step, logits, state=state, **shared)
        first, step = model.light()
        assert_equal_parts(decoding.sample_spans(first, step, **shared), expected)


@pytest.mark.parametrize(("temperature", "top_p"), [(0.0, 1.0), (1.0, 0.0), (1.0, 1.5)])
def test_options_of_sampling_are_checked(temperature, top_p):
    constraint = span_constraint([[4]], starts=[[True]], ends=[[True]], end_id=1)
    options = {"constraint": constraint, "uniforms": np.zeros((1, 1, 2)), "end_id": 1}
    with pytest.raises(ValueError, match="temperature above 0 and top_p in"):
        decoding.sample_spans(
            TableNextTokens(np.zeros((1, 1, 5))), None, **options, temperature=temperature, top_p=top_p
        )


def test_min_length_above_max_length():
    options = generation.SearchOptions(num_beams=2, min_length=4)
    shared = {"max_length": 3, "end_id": 1, "options": options}
    first = TableNextTokens(np.zeros((1, 2, 5), "float32"))
    with pytest.raises(ValueError, match="min_length of at most max_length 3"):
        decoding.beam_search(first, None, shape=(1, 2), **shared)
    with pytest.raises(ValueError, match="min_length of at most max_length 3"):
        decoding.both_ends_beam_search(first, None, batch_size=1, **shared)


def test_forbidden_tokens_are_replaced_by_the_next_best():
    logits = np.log(np.array([[[0.4, 0.3, 0.2, 0.1]]], "float32"))
    prefixes = np.array([[[0, 2, 0, 0]]])
    log_probs, ids = best_continuations(
        TableNextTokens(logits), prefixes, index=3, width=2, end_id=1, no_end=True, no_repeat_ngram_size=2
    )
    assert ids.tolist() == [[[0, 3]]]  # 0 2 occurred, and 1 is the end
    np.testing.assert_allclose(np.exp(log_probs), [[[0.4, 0.1]]], rtol=1e-6)
