"""Sampling under a span constraint: exactly the spans of the source, with the model's probabilities."""

import collections

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.generation.fake_models import Speller, to_numpy
from textzoo.data import span_constraint
from textzoo.generation import sample
from textzoo.generation.span_constrained_sampling import advance_spans, allowed_candidates, first_spans

pytestmark = pytest.mark.graph

END = 9
VOCAB = 10


@st.composite
def sources(draw, max_size=9):
    """Sources of few, repeated letters with some special tokens (end, padding)."""
    n = draw(st.integers(1, max_size))
    ids = draw(st.lists(st.sampled_from([1, 2, 3, 1, 2, END, 0]), min_size=n, max_size=n))
    starts, ends = (draw(st.lists(st.booleans(), min_size=n, max_size=n)) for _ in range(2))
    return np.array(ids), np.array(starts), np.array(ends)


def spans(ids, starts, ends, max_length):
    """Returns the token sequences of all spans by two loops."""
    sequences = set()
    for i in range(len(ids)):
        for j in range(i, min(len(ids), i + max_length)):
            if ids[j] in (0, END):
                break
            if starts[i] and ends[j]:
                sequences.add(tuple(ids[i : j + 1].tolist()))
    return sequences


def sampled(model, source, max_length, uniforms, pad=0, **options):
    """Samples token sequences from one source, padded by `pad` positions."""
    ids, starts, ends = (np.pad(part, (0, pad))[None] for part in source)
    constraint = span_constraint(ids, starts=starts, ends=ends, end_id=END)
    start = model.start(np.zeros(uniforms.shape[:1])[None])
    result = sample(model.step, **start, uniforms=uniforms[None], end_id=END, constraint=constraint, **options)
    tokens, lengths = np.asarray(result.tokens)[0], np.asarray(result.lengths)[0]
    assert (tokens[np.arange(len(tokens)), lengths] == END).all()
    return [tuple(row[:length].tolist()) for row, length in zip(tokens, lengths, strict=True)]


@settings(max_examples=40)
@given(source=sources(), max_length=st.integers(1, 5), seed=st.integers(0, 99), top_p=st.sampled_from([1.0, 0.7]))
def test_samples_are_spans(source, max_length, seed, top_p):
    possible = spans(*source, max_length) or {()}
    uniforms = np.random.default_rng(seed).random((30, max_length), "float32")
    uniforms[0], uniforms[1] = 0.0, np.nextafter(np.float32(1), np.float32(0))
    written = sampled(Speller(1, 8, VOCAB, seed), source, max_length, uniforms, top_p=top_p)
    assert set(written) <= possible


@settings(max_examples=60)
@given(source=sources(), max_length=st.integers(1, 5))
def test_allowed_candidates_are_the_continuations_of_spans(source, max_length):
    """Visits all prefixes: the allowed tokens are those of the prefix tree of spans, without dead ends."""
    ids, starts, ends = (part[None] for part in source)
    constraint = span_constraint(ids, starts=starts, ends=ends, end_id=END)
    possible = spans(*source, max_length) or {()}

    def visit(prefix, state):
        remaining = max_length - len(prefix)
        allowed = np.asarray(allowed_candidates(constraint, state, remaining=remaining))[0, 0]
        assert not allowed[1:][constraint.tokens[0, 1:] == END].any()
        expected = {span[len(prefix)] for span in possible if span[: len(prefix)] == prefix and len(span) > len(prefix)}
        assert sorted(constraint.tokens[0, 1:][allowed[1:]].tolist()) == sorted(expected)
        assert allowed[0] == (prefix in possible)
        for choice in np.flatnonzero(allowed[1:]) + 1:
            token = int(constraint.tokens[0, choice])
            visit((*prefix, token), advance_spans(constraint, state, choice=np.array([[choice]], "int32")))

    visit((), first_spans(constraint, 1))


@pytest.mark.parametrize("temperature", [1.0, 2.0])
@pytest.mark.parametrize(
    "letters", [([1, 2, 1, 3, 1, 2], [1] * 6, [1] * 6), ([1, 2, 1, 1, 2, 3], [1, 0, 1, 1, 0, 1], [0, 1, 0, 0, 1, 1])]
)
def test_spans_come_with_their_probabilities(letters, temperature):
    """Probabilities are the model's, renormalised over the allowed tokens; repeated tokens count once."""
    source = np.array(letters[0]), np.array(letters[1], bool), np.array(letters[2], bool)
    model, max_length, n = Speller(1, 8, VOCAB, seed=2), 3, 5000
    possible = spans(*source, max_length)

    def probability(span):
        total = 1.0
        for t in range(len(span) + 1):
            after = {s[t] if len(s) > t else END for s in possible if s[:t] == span[:t]}
            hidden = set(range(VOCAB)) - after
            total *= np.exp(model.log_probs(span[:t], temperature=temperature, hidden=hidden))[
                span[t] if t < len(span) else END
            ]
        return total

    expected = {span: probability(span) for span in possible}
    np.testing.assert_allclose(sum(expected.values()), 1)
    uniforms = np.random.default_rng(5).random((n, max_length), "float32")
    counts = collections.Counter(sampled(model, source, max_length, uniforms, temperature=temperature))
    assert set(counts) <= possible
    observed = [counts[span] for span in expected]
    assert stats.chisquare(observed, np.array(list(expected.values())) * n).pvalue > 1e-3


@pytest.mark.slow
@settings(max_examples=15)
@given(source=sources(), seed=st.integers(0, 99), pad=st.integers(1, 6))
def test_padding_changes_nothing(source, seed, pad):
    model = Speller(1, 8, VOCAB, seed)
    uniforms = np.random.default_rng(seed).random((20, 4), "float32")
    for options in ({}, {"top_p": 0.8}):
        alone = sampled(model, source, 4, uniforms, **options)
        assert sampled(model, source, 4, uniforms, pad, **options) == alone


def test_each_source_of_a_batch_has_its_own_spans():
    model = Speller(4, 8, VOCAB, seed=7)
    ids = np.array([[END, 1, 2, 3, 4, END], [END, 5, 6, 5, END, 0], [END, 7, 7, 8, 7, END], [END] * 6])
    inside = (ids != END) & (ids != 0)
    uniforms = np.random.default_rng(3).random((4, 10, 3), "float32")
    constraint = span_constraint(ids, starts=inside, ends=inside, end_id=END)
    start = model.start(np.zeros((4, 10)))
    together = to_numpy(sample(model.step, **start, uniforms=uniforms, end_id=END, constraint=constraint))
    for row in range(4):
        source = ids[row], inside[row], inside[row]
        alone = sampled(model.row(row), source, 3, uniforms[row])
        pairs = zip(together.tokens[row], together.lengths[row], strict=True)
        assert [tuple(tokens[:length].tolist()) for tokens, length in pairs] == alone
        assert set(alone) <= (spans(*source, 3) or {()})


@pytest.mark.parametrize(
    ("starts", "ends", "max_length"),
    [([0, 0, 0], [1, 1, 1], 3), ([1, 1, 1], [0, 0, 0], 3), ([1, 0, 0], [0, 0, 1], 2), ([0, 0, 1], [1, 1, 0], 3)],
    ids=["no start", "no end", "too long", "start after the last end"],
)
def test_without_a_span_the_result_is_empty(starts, ends, max_length):
    source = np.array([1, 2, 3]), np.array(starts, bool), np.array(ends, bool)
    uniforms = np.linspace(0, 0.99, 20 * max_length, dtype="float32").reshape(20, max_length)
    for options in ({}, {"top_p": 0.9}):
        assert set(sampled(Speller(1, 8, VOCAB), source, max_length, uniforms, **options)) == {()}


def test_spans_do_not_cross_special_tokens():
    source = np.array([1, END, 2]), np.ones(3, bool), np.ones(3, bool)
    uniforms = np.random.default_rng(0).random((60, 3), "float32")
    assert set(sampled(Speller(1, 8, VOCAB), source, 3, uniforms)) == {(1,), (2,)}


def test_different_shapes_raise():
    with pytest.raises(ValueError, match=r"one shape \[b, s\]. Received: \(1, 3\), \(1, 2\), \(1, 3\)"):
        span_constraint(np.ones((1, 3)), starts=np.ones((1, 2)), ends=np.ones((1, 3)), end_id=END)
    with pytest.raises(ValueError, match="one shape"):
        span_constraint(np.ones(3), starts=np.ones(3), ends=np.ones(3), end_id=END)
