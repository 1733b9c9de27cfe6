"""Beam search from both ends: exhaustive search, a slow loop over pairs of halves, and the inputs of each step."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from tests.generation.fake_models import Duo, has_repeated_ngram, to_numpy
from textzoo.generation import SearchOptions, both_ends_beam_search, compile_loop

pytestmark = pytest.mark.graph

END = 6
OPTIONS = [
    {},
    {"length_penalty": 0.6},
    {"length_penalty": 2.0, "min_length": 3},
    {"no_repeat_ngram_size": 1, "min_length": 2},
]


def half_lengths(n):
    """Divides n tokens between the halves."""
    return (n + 1) // 2, n // 2


def append(half, token, log_prob):
    """Appends a token to a half; one that has ended gets a 0 at no cost."""
    return half | {
        "tokens": [*half["tokens"], token],
        "log_prob": half["log_prob"] + log_prob,
        "ended": half.get("ended") or token == END,
        "length": half.get("length", 0) + (not half.get("ended") and token != END),
    }


@pytest.fixture(name="continuations")
def continuations_function():
    def continuations(half, side, index, max_length, min_length=0, no_repeat_ngram_size=0):
        if half.get("ended"):
            return [append(half, 0, 0.0)]
        continued = []
        for token, log_prob in enumerate(half["log_probs"]):
            early, late = index < half_lengths(min_length)[side], index == half_lengths(max_length)[side]
            repeated = token != END and has_repeated_ngram([*half["tokens"], token], no_repeat_ngram_size)
            if not repeated and not (early if token == END else late):
                continued.append(append(half, token, log_prob))
        return continued

    return continuations


def finished(pair, length_penalty):
    """Returns (score, log-probability, joined tokens) of a pair."""
    left, right = (half["tokens"][: half["length"]] for half in pair)
    joined, log_prob = [*left, *right[::-1], END], sum(half["log_prob"] for half in pair)
    return log_prob / ((5 + len(joined)) / 6) ** length_penalty, log_prob, joined


def feed(model, source, pairs):
    """Computes the next log-probabilities of all pairs; ended halves receive 0."""
    fed = [
        [half | {"tokens": [0 if half["ended"] else half["tokens"][-1]]} for half in side]
        for side in zip(*pairs, strict=True)
    ]
    model.loop_step(source, fed)
    for pair, new in zip(pairs, zip(*fed, strict=True), strict=True):
        for half, state in zip(pair, new, strict=True):
            half |= {name: state[name] for name in ("low", "high", "log_probs")}


def slow_search(continuations, model, source, k, max_length, length_penalty=0.0, **options):
    pairs, hypotheses = [model.loop_start(source)], []
    for index in range(half_lengths(max_length)[0] + 1):
        extended = []
        for pair in pairs:
            sides = [continuations(half, side, index, max_length, **options) for side, half in enumerate(pair)]
            extended += [[half.copy() for half in new] for new in itertools.product(*sides)]
        extended.sort(key=lambda pair: -sum(half["log_prob"] for half in pair))
        hypotheses += [finished(pair, length_penalty) for pair in extended[:k] if all(half["ended"] for half in pair)]
        pairs = [pair for pair in extended if not all(half["ended"] for half in pair)][:k]
        if not pairs:
            break
        feed(model, source, pairs)
    return sorted(hypotheses, key=lambda hypothesis: -hypothesis[0])


def check(beams, source, expected):
    n = min(beams.scores.shape[1], len(expected))
    scores, log_probs, sequences = zip(*expected[:n], strict=True)
    np.testing.assert_allclose(beams.scores[source, :n], scores, rtol=2e-5)
    np.testing.assert_allclose(beams.log_probs[source, :n], log_probs, rtol=2e-5)
    written = [beams.tokens[source, i, : len(tokens)].tolist() for i, tokens in enumerate(sequences)]
    assert written == list(sequences)
    assert beams.lengths[source, :n].tolist() == [len(tokens) - 1 for tokens in sequences]
    assert (beams.scores[source, n:] <= -1e30).all() and not beams.tokens[source, n:].any()


@pytest.mark.parametrize("num_beams", [2, 6])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_equals_a_slow_loop_over_pairs(options, num_beams, continuations):
    model = Duo(sources=6, seed=3)
    search_options = SearchOptions(num_beams=num_beams, **options)
    beams = both_ends_beam_search(model.step, **model.start(), max_length=7, end_id=END, options=search_options)
    for source in range(6):
        check(to_numpy(beams), source, slow_search(continuations, model, source, num_beams // 2, 7, **options))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_full_width_is_exhaustive_search(options, continuations):
    """Compares with all pairs of halves of at most two and one tokens; a half sees its partner only."""
    model, everything = Duo(sources=2, seed=4), 43 * 7
    search_options = SearchOptions(num_beams=2 * everything, **options)
    beams = both_ends_beam_search(model.step, **model.start(), max_length=3, end_id=END, options=search_options)
    for source in range(2):
        check(to_numpy(beams), source, all_pairs(continuations, model, source, **options))


def all_pairs(continuations, model, source, length_penalty=0.0, **options):
    pairs, hypotheses = [model.loop_start(source)], []
    for index in range(3):
        extended = []
        for pair in pairs:
            sides = [continuations(half, side, index, 3, **options) for side, half in enumerate(pair)]
            extended += [[half.copy() for half in new] for new in itertools.product(*sides)]
        hypotheses += [finished(pair, length_penalty) for pair in extended if all(half["ended"] for half in pair)]
        pairs = [pair for pair in extended if not all(half["ended"] for half in pair)]
        for pair in pairs:
            feed(model, source, [pair])
    return sorted(hypotheses, key=lambda hypothesis: -hypothesis[0])


def test_an_ended_half_receives_zeros():
    """The left half ends at once; the right one goes on alone for half of the length."""
    fed = []

    def step(tokens, *, index, state):
        fed.append(ops.convert_to_numpy(tokens)[0].tolist())
        return ops.convert_to_tensor(np.log([[[0.1, 0.1, 0.8], [0.2, 0.7, 0.1]]]).astype("float32")), state

    first = np.log([[[0.05, 0.05, 0.9], [0.2, 0.7, 0.1]]]).astype("float32")
    first, options = ops.convert_to_tensor(first), SearchOptions(num_beams=2)
    beams = to_numpy(both_ends_beam_search(step, first, state=(), max_length=6, end_id=2, options=options))
    assert fed == [[0, 1], [0, 1], [0, 1]]
    assert beams.tokens[0].tolist() == [[1, 1, 1, 2, 0, 0, 0]]
    np.testing.assert_allclose(np.exp(beams.log_probs), [[0.9 * 0.7**3 * 0.1]], rtol=1e-5)


def test_odd_lengths_have_a_longer_left_half():
    """Three calls of a step: the left half writes three tokens, the right one two, then both end."""
    model, calls = Duo(sources=6, seed=5), []

    def step(tokens, *, index, state):
        calls.append(ops.convert_to_numpy(tokens))
        return model.step(tokens, index=index, state=state)

    options = SearchOptions(num_beams=4, min_length=5)
    beams = to_numpy(both_ends_beam_search(step, **model.start(), max_length=5, end_id=END, options=options))
    assert (beams.lengths == 5).all()
    assert (beams.tokens[:, :, 5] == END).all() and (beams.tokens[:, :, :5] != END).all()
    assert len(calls) == 3 and (calls[2][:, 2:] == 0).all()


def test_a_source_alone_equals_the_same_in_a_batch():
    model = Duo(sources=5, seed=1)
    settings = {"max_length": 8, "end_id": END, "options": SearchOptions(num_beams=4, length_penalty=0.6)}
    together = to_numpy(both_ends_beam_search(model.step, **model.start(), **settings))
    for source in range(5):
        alone = to_numpy(both_ends_beam_search(model.step, **model.start([source]), **settings))
        for a, b in zip(together, alone, strict=True):
            np.testing.assert_allclose(a[source], b[0], rtol=1e-5)


def test_compiled_equals_eager():
    model = Duo(sources=4, seed=11)
    settings = {"max_length": 7, "end_id": END, "options": SearchOptions(num_beams=6)}
    search = compile_loop(lambda logits, state: both_ends_beam_search(model.step, logits, state=state, **settings))
    compiled, expected = to_numpy(search(**model.start())), to_numpy(search.__wrapped__(**model.start()))
    for a, b in zip(keras.tree.flatten(compiled), keras.tree.flatten(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    search(**model.start())
    assert search.traces == 1


def test_max_length_zero_gives_two_ends():
    model = Duo(seed=11)
    options = SearchOptions(num_beams=2)
    beams = to_numpy(both_ends_beam_search(model.step, **model.start(), max_length=0, end_id=END, options=options))
    assert beams.tokens[0].tolist() == [[END]] and beams.lengths.tolist() == [[0]]
    expected = sum(prefix["log_probs"][END] for prefix in model.loop_start(0))
    np.testing.assert_allclose(beams.log_probs, [[expected]], rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_beams": 1}, "even num_beams of 2 or more, half per direction. Received: 1"),
        ({"num_beams": 3}, "even num_beams .* Received: 3"),
        ({"min_length": 4}, "min_length of at most max_length 3. Received: 4"),
        ({"logits": np.zeros((1, 3, 7), "float32")}, r"logits \[b, 2, vocab\], .* Received: \(1, 3, 7\)"),
    ],
)
def test_invalid_arguments_raise(options, message):
    model = Duo()
    start = model.start() | {name: options.pop(name) for name in ["logits"] if name in options}
    search_options = SearchOptions(**{"num_beams": 2} | options)
    with pytest.raises(ValueError, match=message):
        both_ends_beam_search(model.step, **start, max_length=3, end_id=END, options=search_options)
