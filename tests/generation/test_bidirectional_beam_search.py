"""Bidirectional beam search against a slow loop over prefixes, exhaustive search and one-way searches."""

import itertools

import keras
import numpy as np
import pytest
from keras import ops

from tests.generation.fake_models import Duo, Speller, has_repeated_ngram, to_numpy
from textzoo.generation import SearchOptions, beam_search, bidirectional_beam_search, compile_loop, to_left_to_right

pytestmark = pytest.mark.graph

END = 6
OPTIONS = [
    {},
    {"length_penalty": 0.6},
    {"length_penalty": 2.0, "min_length": 3},
    {"no_repeat_ngram_size": 1},
    {"no_repeat_ngram_size": 2, "min_length": 2, "length_penalty": 1.0},
]


def slow_search(model, source, k, max_length, length_penalty=0.0, min_length=0, no_repeat_ngram_size=0):
    """Returns finished (score, log-probability, tokens, direction), best first, and the prefixes kept at each step."""
    halves = [[prefix] for prefix in model.loop_start(source)]
    hypotheses, kept = [], []
    for index in range(max_length + 1):
        for direction, half in enumerate(halves):
            options = []
            for rank, prefix in enumerate(half):
                for token, log_prob in enumerate(prefix["log_probs"]):
                    tokens, log_prob = [*prefix["tokens"], token], prefix["log_prob"] + log_prob
                    if token == END and index < min_length or token != END and index == max_length:
                        continue
                    if token != END and has_repeated_ngram(tokens, no_repeat_ngram_size):
                        continue
                    options.append(prefix | {"tokens": tokens, "log_prob": log_prob, "parent": rank})
            options.sort(key=lambda prefix: -prefix["log_prob"])
            for prefix in options[:k]:
                if prefix["tokens"][-1] == END:
                    divisor = ((5 + index + 1) / 6) ** length_penalty
                    hypotheses.append((prefix["log_prob"] / divisor, prefix["log_prob"], prefix["tokens"], direction))
            halves[direction] = [prefix for prefix in options if prefix["tokens"][-1] != END][:k]
            assert len(halves[direction]) == k or index == max_length
        if index < max_length:
            kept.append([[(p["parent"], p["tokens"][-1], p["log_prob"]) for p in half] for half in halves])
            model.loop_step(source, halves)
    return sorted(hypotheses, key=lambda finished: -finished[0]), kept


def check(beams, source, expected):
    n = min(beams.scores.shape[1], len(expected))
    scores, log_probs, sequences, directions = zip(*expected[:n], strict=True)
    np.testing.assert_allclose(beams.scores[source, :n], scores, rtol=2e-5)
    np.testing.assert_allclose(beams.log_probs[source, :n], log_probs, rtol=2e-5)
    written = [beams.tokens[source, i, : len(tokens)].tolist() for i, tokens in enumerate(sequences)]
    assert written == list(sequences)
    assert beams.lengths[source, :n].tolist() == [len(tokens) - 1 for tokens in sequences]
    assert beams.direction[source, :n].tolist() == list(directions)
    assert (beams.scores[source, n:] <= -1e30).all()


@pytest.mark.parametrize("pairing", ["rank", "all"])
@pytest.mark.parametrize("num_beams", [2, 6])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_equals_a_slow_loop_that_keeps_states(options, num_beams, pairing):
    model = Duo(sources=6, pairing=pairing, seed=3)
    search_options = SearchOptions(num_beams=num_beams, **options)
    beams = bidirectional_beam_search(model.step, **model.start(), max_length=5, end_id=END, options=search_options)
    for source in range(6):
        check(to_numpy(beams), source, slow_search(model, source, num_beams // 2, 5, **options)[0])


def test_the_other_side_matters():
    """The test above detects a partner of the wrong rank only if ranks matter."""
    rank, all_beams = (Duo(sources=6, pairing=pairing, seed=3) for pairing in ("rank", "all"))
    options = SearchOptions(num_beams=6, min_length=3)
    beams = [
        to_numpy(bidirectional_beam_search(model.step, **model.start(), max_length=5, end_id=END, options=options))
        for model in (rank, all_beams)
    ]
    assert np.abs(beams[0].log_probs - beams[1].log_probs).max() > 0.1
    assert {0, 1} == set(beams[0].direction.ravel())


@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
@pytest.mark.parametrize("options", [{}, {"min_length": 2}, {"no_repeat_ngram_size": 1}], ids=str)
def test_full_width_is_exhaustive_search(options, length_penalty):
    model, end, exhaustive = Speller(sources=2, seed=4), 3, 40
    moods = np.array([[0, 3], [7, 2]])
    search_options = SearchOptions(num_beams=2 * exhaustive, length_penalty=length_penalty, **options)
    beams = bidirectional_beam_search(
        model.step, **model.start(moods), max_length=3, end_id=end, options=search_options
    )
    for source in range(2):
        expected = []
        for direction, length in itertools.product(range(2), range(options.get("min_length", 0), 4)):
            for letters in itertools.product(range(end), repeat=length):
                if not has_repeated_ngram(letters, options.get("no_repeat_ngram_size", 0)):
                    log_prob = model.log_prob([*letters, end], source, moods[source, direction])
                    score = log_prob / ((6 + length) / 6) ** length_penalty
                    expected.append((score, log_prob, [*letters, end], direction))
        check(to_numpy(beams), source, sorted(expected, reverse=True))


@pytest.mark.parametrize(
    "options", [{}, {"length_penalty": 1.0}, {"min_length": 3, "no_repeat_ngram_size": 2}], ids=str
)
def test_equals_two_searches_where_no_side_sees_the_other(options):
    """Compares the best k only: later ones may be the k + 1st of one side, which its own search dropped."""
    model, end, k = Speller(sources=20, seed=5), 3, 3
    moods = np.tile([0, 4], (20, 1))
    together, alone = (SearchOptions(num_beams=n, **options) for n in (2 * k, k))
    settings = {"max_length": 6, "end_id": end}
    beams = to_numpy(bidirectional_beam_search(model.step, **model.start(moods), **settings, options=together))
    sides = [
        to_numpy(beam_search(model.step, **model.start(moods[:, i : i + 1]), **settings, options=alone)) for i in (0, 1)
    ]
    for source in range(20):
        merged = [
            (side.scores[source, 0, i], side.tokens[source, 0, i].tolist(), direction)
            for direction, side in enumerate(sides)
            for i in range(k)
        ]
        scores, tokens, directions = zip(*sorted(merged, reverse=True)[:k], strict=True)
        np.testing.assert_allclose(beams.scores[source, :k], scores, rtol=1e-5)
        assert beams.tokens[source, :k].tolist() == list(tokens)
        assert beams.direction[source, :k].tolist() == list(directions)


def test_a_finished_hypothesis_passes_on_its_beam_slot():
    """The left side ends at once; then the right side's partner is the next best prefix, never the end."""
    fed = []

    def step(tokens, *, index, state):
        fed.append(ops.convert_to_numpy(tokens)[0].tolist())
        return ops.convert_to_tensor(np.log([[[0.3, 0.6, 0.1], [0.3, 0.6, 0.1]]]).astype("float32")), state

    first = np.log([[[0.1, 0.3, 0.6], [0.5, 0.4, 0.1]]]).astype("float32")
    first, options = ops.convert_to_tensor(first), SearchOptions(num_beams=2)
    beams = to_numpy(bidirectional_beam_search(step, first, state=(), max_length=3, end_id=2, options=options))
    assert beams.tokens[0, 0].tolist() == [2, 0, 0, 0]
    assert fed == [[1, 0], [1, 1], [1, 1]]


def test_the_trace_holds_every_step():
    k, model = 3, Duo(sources=6, seed=3)
    settings = {"max_length": 5, "end_id": END, "options": SearchOptions(num_beams=2 * k)}
    beams = to_numpy(bidirectional_beam_search(model.step, **model.start(), **settings, return_trace=True))
    assert beams.trace.tokens.shape == (6, 6, 2, 2 * k)
    for source in range(6):
        _, kept = slow_search(model, source, k, 5)
        trace = keras.tree.map_structure(lambda x: x[source], beams.trace)  # noqa: B023
        recorded = [t for t in range(5) if (trace.log_probs[t] > -1e29).any()]
        assert recorded == list(range(len(recorded))) and len(recorded) >= beams.lengths[source, 0]
        for t, side, rank in itertools.product(recorded, range(2), range(k)):
            (position,) = np.flatnonzero(trace.ranks[t, side] == rank)
            parent, token, log_prob = kept[t][side][rank]
            assert (trace.parents[t, side, position], trace.tokens[t, side, position]) == (parent, token)
            np.testing.assert_allclose(trace.log_probs[t, side, position], log_prob, rtol=2e-5)
        for tokens, n, side, log_prob in zip(
            beams.tokens[source], beams.lengths[source], beams.direction[source], beams.log_probs[source], strict=True
        ):
            assert backtrack(trace, side, n, log_prob) == tokens[: n + 1].tolist()
        assert (trace.finished <= (trace.tokens == END)).all() and not (trace.finished & (trace.ranks >= 0)).any()
        assert (np.diff(trace.log_probs, axis=-1) <= 0).all()
        assert ((trace.ranks < 0) & ~trace.finished & (trace.log_probs > -1e29)).any()


def backtrack(trace, side, n, log_prob):
    """Returns the tokens of a finished hypothesis by following its parents from the last step to the first."""
    (position,) = np.flatnonzero(trace.finished[n, side] & (trace.log_probs[n, side] == log_prob))
    tokens = []
    for t in range(n, -1, -1):
        tokens.insert(0, trace.tokens[t, side, position].item())
        parent = trace.parents[t, side, position]
        position = t and np.flatnonzero(trace.ranks[t - 1, side] == parent).item()
    assert parent == 0
    return tokens


def test_the_trace_changes_no_result():
    model = Duo(sources=6, seed=3)
    settings = {"max_length": 5, "end_id": END, "options": SearchOptions(num_beams=4, length_penalty=0.6)}
    off, on = (
        bidirectional_beam_search(model.step, **model.start(), **settings, return_trace=return_trace)
        for return_trace in (False, True)
    )
    assert off.trace == ()
    for a, b in zip(to_numpy(off)[:5], to_numpy(on)[:5], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("pairing", ["rank", "all"])
def test_a_source_alone_equals_the_same_in_a_batch(pairing):
    model = Duo(sources=4, seed=1, pairing=pairing)
    settings = {"max_length": 5, "end_id": END, "options": SearchOptions(num_beams=4), "return_trace": True}
    together = to_numpy(bidirectional_beam_search(model.step, **model.start(), **settings))
    counts = []
    for source in range(4):
        alone = to_numpy(bidirectional_beam_search(model.step, **model.start([source]), **settings))
        for a, b in zip(keras.tree.flatten(together), keras.tree.flatten(alone), strict=True):
            if a.dtype == "float32":
                np.testing.assert_allclose(a[source], b[0], rtol=1e-5)
            else:
                np.testing.assert_array_equal(a[source], b[0])
        counts.append((alone.trace.log_probs > -1e29).any(axis=(2, 3)).sum())
    assert len(set(counts)) > 1


def test_compiled_equals_eager():
    model = Duo(sources=4, seed=11)
    settings = {"max_length": 6, "end_id": END, "options": SearchOptions(num_beams=6), "return_trace": True}
    search = compile_loop(lambda logits, state: bidirectional_beam_search(model.step, logits, state=state, **settings))
    compiled, expected = to_numpy(search(**model.start())), to_numpy(search.__wrapped__(**model.start()))
    for a, b in zip(keras.tree.flatten(compiled), keras.tree.flatten(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    search(**model.start())
    assert search.traces == 1


def test_to_left_to_right_reverses_hypotheses_from_the_right():
    model = Duo(sources=8, seed=12)
    options = SearchOptions(num_beams=4, min_length=2)
    beams = bidirectional_beam_search(model.step, **model.start(), max_length=6, end_id=END, options=options)
    left_to_right = ops.convert_to_numpy(
        to_left_to_right(beams.tokens, lengths=beams.lengths, direction=beams.direction)
    )
    beams = to_numpy(beams)
    for i in np.ndindex(*beams.lengths.shape):
        n = beams.lengths[i]
        written = beams.tokens[i][:n].tolist()
        assert left_to_right[i].tolist() == [*written[:: -1 if beams.direction[i] else 1], END] + [0] * (6 - n)


def test_more_beams_than_letters_leave_hypotheses_out():
    model = Speller(seed=11)
    start, options = model.start([[0, 1]]), SearchOptions(num_beams=18)
    beams = to_numpy(bidirectional_beam_search(model.step, **start, max_length=1, end_id=3, options=options))
    assert (beams.log_probs[0, :8] > -1e3).all() and (beams.log_probs[0, 8:] == np.float32(-1e30)).all()
    assert not beams.tokens[0, 8:].any()


def test_max_length_zero_gives_the_end():
    model = Duo(seed=11)
    options = SearchOptions(num_beams=2)
    beams = to_numpy(bidirectional_beam_search(model.step, **model.start(), max_length=0, end_id=END, options=options))
    expected = sorted((prefix["log_probs"][END] for prefix in model.loop_start(0)), reverse=True)
    assert beams.tokens[0].tolist() == [[END], [END]] and beams.direction[0].tolist() in ([0, 1], [1, 0])
    np.testing.assert_allclose(beams.scores[0], expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_beams": 1}, "even num_beams of 2 or more, half per direction. Received: 1"),
        ({"num_beams": 3}, "even num_beams .* Received: 3"),
        ({"min_length": 4}, "min_length of at most max_length 3. Received: 4"),
        ({"logits": np.zeros((1, 1, 7), "float32")}, r"logits \[b, 2, vocab\], .* Received: \(1, 1, 7\)"),
    ],
)
def test_invalid_arguments_raise(options, message):
    model = Duo()
    start = model.start() | {name: options.pop(name) for name in ["logits"] if name in options}
    search_options = SearchOptions(**{"num_beams": 2} | options)
    with pytest.raises(ValueError, match=message):
        bidirectional_beam_search(model.step, **start, max_length=3, end_id=END, options=search_options)
