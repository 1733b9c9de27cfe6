"""Sampling against exact probabilities, and its dependence on the given random numbers only."""

import collections
import itertools

import numpy as np
import pytest
from scipy import stats

from tests.generation.fake_models import Speller, to_numpy
from textzoo.generation import sample
from textzoo.generation.sample import draw

pytestmark = pytest.mark.graph

ALMOST_ONE = np.nextafter(np.float32(1), np.float32(0))
LOGITS = np.array([0.3, 2.0, -1.0, 1.1, 0.9, -30.0, 1.7, 0.0])
END = 7


def exact(logits, temperature=1.0, top_p=1.0):
    """Computes probabilities in float64: temperature, then the nucleus."""
    p = np.exp((logits - logits.max()) / temperature)
    p /= p.sum()
    order = np.argsort(-p, kind="stable")
    mass = 0.0
    for rank, token in enumerate(order):
        if mass >= top_p:
            p[order[rank:]] = 0
            break
        mass += p[token]
    return p / p.sum()


def first_tokens(uniforms, logits=LOGITS, **options):
    """Samples the first token of many streams of one source, one uniform number each."""
    n = len(uniforms)
    row = np.broadcast_to(logits.astype("float32"), (1, n, len(logits)))
    step = lambda tokens, index, state: (row, state)  # noqa: E731
    result = sample(step, row, state=(), uniforms=uniforms[None, :, None], end_id=END, **options)
    return np.asarray(result.tokens)[0, :, 0]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 3.0},
        {"top_p": 0.5},
        {"top_p": 1e-6},
        {"top_p": 0.9, "temperature": 2.0},
        {"top_p": 0.7, "temperature": 1.5},
        {"top_p": 0.6},
    ],
    ids=str,
)
def test_frequencies_are_the_probabilities(options):
    """With evenly spaced numbers each token has its exact frequency, within one or two draws."""
    n = 4000
    tokens = first_tokens(((np.arange(n) + 0.5) / n).astype("float32"), **options)
    frequencies = np.bincount(tokens, minlength=len(LOGITS)) / n
    np.testing.assert_allclose(frequencies, exact(LOGITS, **options), atol=1.5 / n)


def test_the_nucleus_follows_the_temperature():
    """0.5, 0.3, 0.2 at temperature 1; a lower temperature shrinks the nucleus."""
    logits = np.log([0.5, 0.3, 0.2, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9])
    uniforms = np.linspace(0, 0.999, 50, dtype="float32")
    assert set(first_tokens(uniforms, logits, top_p=0.6)) == {0, 1}
    assert set(first_tokens(uniforms, logits, top_p=0.6, temperature=3.0)) == {0, 1}
    assert set(first_tokens(uniforms, logits, top_p=0.9, temperature=0.3)) == {0, 1}
    assert set(first_tokens(uniforms, logits, top_p=0.9)) == {0, 1, 2}


@pytest.mark.parametrize("options", [{}, {"top_p": 0.9}], ids=str)
def test_sequences_come_with_their_probabilities(options):
    model = Speller(seed=3)
    n, max_length, end = 6000, 2, 3
    uniforms = np.random.default_rng(0).random((1, n, max_length), "float32")
    start = model.start(np.zeros((1, n)))
    result = to_numpy(sample(model.step, **start, uniforms=uniforms, end_id=end, **options))
    written = [tuple(row[: n + 1].tolist()) for row, n in zip(result.tokens[0], result.lengths[0], strict=True)]
    np.testing.assert_allclose(result.log_probs[0, :50], [model.log_prob(row) for row in written[:50]], atol=1e-5)
    counts = collections.Counter(written)
    probabilities = {}
    for length in range(max_length + 1):
        for letters in itertools.product(range(end), repeat=length):
            tokens = (*letters, end)
            steps = [
                exact(model.log_probs(tokens[:t]), **options)[tokens[t]] for t in range(min(length + 1, max_length))
            ]
            probabilities[tokens] = np.prod(steps)
    np.testing.assert_allclose(sum(probabilities.values()), 1)
    assert set(counts) <= {tokens for tokens, p in probabilities.items() if p > 0}
    possible = [tokens for tokens, p in probabilities.items() if p > 0]
    observed, expected = [counts[t] for t in possible], [probabilities[t] * n for t in possible]
    assert stats.chisquare(observed, expected).pvalue > 1e-3


@pytest.mark.parametrize("options", [{}, {"top_p": 0.8}], ids=str)
def test_the_edges_of_the_interval_are_possible_tokens(options):
    possible = np.flatnonzero(exact(LOGITS, **options) > 1e-12)
    tokens = first_tokens(np.array([0.0, ALMOST_ONE], "float32"), **options)
    assert set(tokens) <= set(possible)
    assert tokens[0] != tokens[1]


def test_impossible_tokens_are_never_drawn():
    """Impossible tokens at the start, at the end and in between."""
    logits = np.array([[[-1e9, 0.0, -1e9, -1e9, 1.0, -1e9]]], "float32")
    for uniform in [0.0, 1e-45, 0.2689414, 0.26894143, 0.5, ALMOST_ONE, 1.0]:
        assert int(draw(logits, np.array([[uniform]], "float32"), top_p=1.0)[0, 0]) in {1, 4}


def test_a_number_on_a_boundary_is_the_next_token():
    """The intervals are [0, 1/4), [1/4, 1/2), ..."""
    uniforms = np.array([[0.0, 0.2499, 0.25, 0.5, 0.75]], "float32")
    assert np.asarray(draw(np.zeros((1, 5, 4), "float32"), uniforms, top_p=1.0)).tolist() == [[0, 0, 1, 2, 3]]


def test_only_one_possible_token():
    logits = np.array([[[-1e9, -1e9, 3.0]]], "float32")
    for uniform, top_p in itertools.product([0.0, ALMOST_ONE], [0.3, 1.0]):
        assert int(draw(logits, np.array([[uniform]], "float32"), top_p=top_p)[0, 0]) == 2


def test_each_stream_and_source_has_a_nucleus_of_its_own():
    """Logits of rank 3, as in decoding: distributions of different shapes in one call."""
    logits = np.log(np.array([[[0.5, 0.3, 0.15, 0.05], [0.05, 0.9, 0.03, 0.02]], [[0.25] * 4, [0.1, 0.1, 0.1, 0.7]]]))
    for uniform in np.linspace(0, 0.999, 21, dtype="float32"):
        tokens = np.asarray(draw(logits.astype("float32"), np.full((2, 2), uniform), top_p=0.6))
        assert tokens[0, 0] in (0, 1) and tokens[0, 1] == 1 and tokens[1, 0] in (0, 1, 2) and tokens[1, 1] == 3
    last = np.asarray(draw(logits.astype("float32"), np.full((2, 2), ALMOST_ONE), top_p=0.6))
    np.testing.assert_array_equal(last, [[1, 1], [2, 3]])


def test_a_large_vocabulary_keeps_its_most_probable_tokens():
    logits = np.full(1000, -4.0)
    logits[[17, 900]] = 5.0, 4.0
    n = 2000
    row = np.broadcast_to(logits.astype("float32"), (1, n, 1000))
    tokens = np.asarray(draw(row, ((np.arange(n) + 0.5) / n)[None].astype("float32"), top_p=0.9))[0]
    frequencies = np.bincount(tokens, minlength=1000) / n
    np.testing.assert_allclose(frequencies, exact(logits, top_p=0.9), atol=1.5 / n)


def test_the_same_numbers_give_the_same_result():
    """The position in the batch and the other streams do not matter."""
    model = Speller(sources=3, seed=5)
    uniforms = np.random.default_rng(1).random((3, 6, 5), "float32")
    options = {"top_p": 0.95, "temperature": 1.3}
    start = model.start(np.zeros((3, 6)))
    together = to_numpy(sample(model.step, **start, uniforms=uniforms, end_id=3, **options))
    again = to_numpy(sample(model.step, **start, uniforms=uniforms, end_id=3, **options))
    np.testing.assert_array_equal(together.tokens, again.tokens)
    shuffled = to_numpy(sample(model.step, **start, uniforms=uniforms[:, ::-1], end_id=3, **options))
    np.testing.assert_array_equal(shuffled.tokens, together.tokens[:, ::-1])
    for source in range(3):
        row = model.row(source)
        own = uniforms[source : source + 1, 2:4]
        alone = to_numpy(sample(row.step, **row.start([[0, 0]]), uniforms=own, end_id=3, **options))
        np.testing.assert_array_equal(alone.tokens[0], together.tokens[source, 2:4])
    assert len(np.unique(together.tokens.reshape(18, -1), axis=0)) > 6


def test_max_length_zero_gives_the_end():
    model = Speller(seed=6)
    start, uniforms = model.start(np.zeros((1, 50))), np.zeros((1, 50, 0), "float32")
    result = to_numpy(sample(model.step, **start, uniforms=uniforms, end_id=3))
    assert result.tokens.tolist() == [[[3]] * 50] and not result.lengths.any()


def test_uniforms_may_be_float64():
    model = Speller(seed=6)
    uniforms = np.random.default_rng(1).random((1, 8, 4), "float32")
    start = model.start(np.zeros((1, 8)))
    single, double = (
        to_numpy(sample(model.step, **start, uniforms=uniforms.astype(dtype), end_id=3))
        for dtype in ("float32", "float64")
    )
    np.testing.assert_array_equal(single.tokens, double.tokens)


@pytest.mark.parametrize(
    ("options", "received"),
    [
        ({"temperature": 0.0}, "0.0, 1.0"),
        ({"temperature": float("nan")}, "nan, 1.0"),
        ({"top_p": 0.0}, "1.0, 0.0"),
        ({"top_p": 1.2}, "1.0, 1.2"),
    ],
    ids=str,
)
def test_invalid_arguments_raise(options, received):
    model = Speller()
    with pytest.raises(ValueError, match=f"Received: {received}"):
        sample(model.step, **model.start([[0]]), uniforms=np.zeros((1, 1, 3), "float32"), end_id=3, **options)
