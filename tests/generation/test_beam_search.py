"""Beam search against exhaustive search and greedy search."""

import itertools
import sys

import numpy as np
import pytest
from keras import ops

from tests.generation.fake_models import Speller, has_repeated_ngram, to_numpy
from textzoo.generation import SearchOptions, beam_search, greedy

pytestmark = pytest.mark.graph

END = 3
MAX_LENGTH = 3
EXHAUSTIVE = 40  # number of sequences of at most three of three letters


def all_hypotheses(model, source, mood, length_penalty=0.0, min_length=0, no_repeat_ngram_size=0):
    """Returns every allowed sequence with its score and log-probability, best first."""
    hypotheses = []
    for length in range(min_length, MAX_LENGTH + 1):
        for letters in itertools.product(range(END), repeat=length):
            if has_repeated_ngram(letters, no_repeat_ngram_size):
                continue
            log_prob = model.log_prob([*letters, END], source, mood)
            hypotheses.append((log_prob / ((5 + length + 1) / 6) ** length_penalty, log_prob, [*letters, END]))
    return sorted(hypotheses, reverse=True)


@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 2.0])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"min_length": 2},
        {"min_length": 3},
        {"no_repeat_ngram_size": 1},
        {"no_repeat_ngram_size": 2, "min_length": 1},
    ],
    ids=str,
)
def test_full_width_is_exhaustive_search(options, length_penalty):
    model = Speller(sources=3, seed=4)
    moods = np.array([[0, 3], [1, 1], [7, 2]])
    options = options | {"length_penalty": length_penalty}
    beams = to_numpy(
        beam_search(
            model.step,
            **model.start(moods),
            max_length=MAX_LENGTH,
            end_id=END,
            options=SearchOptions(num_beams=EXHAUSTIVE, **options),
        )
    )
    for source, group in itertools.product(range(3), range(2)):
        expected = all_hypotheses(model, source, moods[source, group], **options)
        n = len(expected)
        scores, log_probs, sequences = zip(*expected, strict=True)
        np.testing.assert_allclose(beams.scores[source, group, :n], scores, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(beams.log_probs[source, group, :n], log_probs, rtol=1e-5, atol=1e-5)
        written = [beams.tokens[source, group, i, : len(tokens)].tolist() for i, tokens in enumerate(sequences)]
        assert written == list(sequences)
        assert beams.lengths[source, group, :n].tolist() == [len(tokens) - 1 for tokens in sequences]
        assert (beams.log_probs[source, group, n:] <= -1e29).all()


@pytest.mark.parametrize("options", [{}, {"min_length": 3}, {"no_repeat_ngram_size": 2}], ids=str)
def test_one_beam_is_greedy(options):
    model = Speller(sources=30, seed=5)
    start = model.start(np.tile([0, 4], (30, 1)))
    beams = to_numpy(
        beam_search(model.step, **start, max_length=6, end_id=END, options=SearchOptions(num_beams=1, **options))
    )
    single = to_numpy(greedy(model.step, **start, max_length=6, end_id=END, **options))
    np.testing.assert_array_equal(beams.tokens[:, :, 0], single.tokens)
    np.testing.assert_array_equal(beams.lengths[:, :, 0], single.lengths)
    assert len(np.unique(single.lengths)) > 2


@pytest.mark.parametrize(
    "options", [{}, {"length_penalty": 1.0}, {"min_length": 4, "no_repeat_ngram_size": 2}], ids=str
)
def test_a_score_is_the_sum_of_its_tokens(options):
    model = Speller(sources=6, seed=6)
    beams = to_numpy(
        beam_search(
            model.step,
            **model.start(np.zeros((6, 1))),
            max_length=7,
            end_id=END,
            options=SearchOptions(num_beams=3, **options),
        )
    )
    alpha = options.get("length_penalty", 0.0)
    for source, beam in itertools.product(range(6), range(3)):
        length = beams.lengths[source, 0, beam]
        tokens = beams.tokens[source, 0, beam, : length + 1].tolist()
        assert tokens[-1] == END and END not in tokens[:-1]
        log_prob = model.log_prob(tokens, source)
        np.testing.assert_allclose(beams.log_probs[source, 0, beam], log_prob, rtol=1e-5)
        np.testing.assert_allclose(beams.scores[source, 0, beam], log_prob / ((6 + length) / 6) ** alpha, rtol=1e-5)
    assert (np.diff(beams.scores, axis=-1) <= 0).all()


def test_states_go_with_their_hypotheses(monkeypatch):
    """The test above fails for a search that reorders prefixes but not their states."""
    module = sys.modules["textzoo.generation.beam_loop"]
    gather = module.gather

    def forgetful(state, rows):
        kept = len(rows.shape) == 2 and isinstance(state, tuple) and state[0].shape[1] == rows.shape[1]
        return state if kept else gather(state, rows)

    model = Speller(sources=6, seed=6)
    monkeypatch.setattr(module, "gather", forgetful)
    beams = to_numpy(
        beam_search(
            model.step,
            **model.start(np.zeros((6, 1))),
            max_length=7,
            end_id=END,
            options=SearchOptions(num_beams=3, min_length=4),
        )
    )
    true = [
        model.log_prob(beams.tokens[source, 0, beam, : beams.lengths[source, 0, beam] + 1].tolist(), source)
        for source, beam in itertools.product(range(6), range(3))
    ]
    assert np.abs(beams.log_probs.ravel() - true).max() > 0.1


def test_finished_hypotheses_are_kept():
    """The best hypothesis ends early, while two prefixes with a better start continue."""
    after = np.log([[0.02, 0.02, 0.02, 0.94], [0.33, 0.33, 0.33, 0.01], [0.33, 0.33, 0.33, 0.01], [0.25] * 4])
    first = np.log([[[0.30, 0.36, 0.33, 0.01]]]).astype("float32")
    step = lambda tokens, index, state: (ops.take(after.astype("float32"), tokens, axis=0), state)  # noqa: E731
    beams = to_numpy(beam_search(step, first, state=(), max_length=6, end_id=END, options=SearchOptions(num_beams=3)))
    assert beams.tokens[0, 0, 0].tolist() == [0, END, 0, 0, 0, 0, 0]
    np.testing.assert_allclose(np.exp(beams.scores[0, 0, 0]), 0.30 * 0.94, rtol=1e-5)


def test_an_end_takes_no_beam():
    """Two prefixes continue although the end is more probable than both; the second one becomes a hypothesis."""
    after = np.log([[0.25] * 4, [0.004, 0.003, 0.003, 0.99], [0.25] * 4, [0.25] * 4]).astype("float32")
    first = np.log([[[0.26, 0.235, 0.005, 0.5]]]).astype("float32")
    step = lambda tokens, index, state: (ops.take(after, tokens, axis=0), state)  # noqa: E731
    beams = to_numpy(beam_search(step, first, state=(), max_length=4, end_id=END, options=SearchOptions(num_beams=2)))
    assert beams.tokens[0, 0].tolist() == [[END, 0, 0, 0, 0], [1, END, 0, 0, 0]]
    np.testing.assert_allclose(np.exp(beams.scores[0, 0]), [0.5, 0.235 * 0.99], rtol=1e-5)


def test_a_length_penalty_prefers_longer_hypotheses():
    model = Speller(sources=20, seed=8)
    lengths = []
    for alpha in (0.0, 1.0, 3.0):
        options = SearchOptions(num_beams=6, length_penalty=alpha)
        beams = beam_search(model.step, **model.start(np.zeros((20, 1))), max_length=6, end_id=END, options=options)
        lengths.append(to_numpy(beams.lengths)[:, 0, 0])
    assert (lengths[0] <= lengths[1]).all() and (lengths[1] <= lengths[2]).all()
    assert lengths[0].sum() < lengths[2].sum()


def test_groups_equal_separate_calls():
    model = Speller(sources=4, seed=9)
    moods = np.array([[0, 1, 2], [3, 3, 4], [5, 6, 7], [8, 0, 8]])
    settings = {"max_length": 5, "end_id": END, "options": SearchOptions(num_beams=3, length_penalty=0.6)}
    together = to_numpy(beam_search(model.step, **model.start(moods), **settings))
    for group in range(3):
        alone = to_numpy(beam_search(model.step, **model.start(moods[:, group : group + 1]), **settings))
        np.testing.assert_array_equal(together.tokens[:, group], alone.tokens[:, 0])
        np.testing.assert_allclose(together.scores[:, group], alone.scores[:, 0], rtol=1e-5)


def test_a_source_alone_equals_the_same_in_a_batch():
    model = Speller(sources=5, seed=10)
    settings = {"max_length": 5, "end_id": END, "options": SearchOptions(num_beams=4, length_penalty=1.0)}
    together = to_numpy(beam_search(model.step, **model.start(np.zeros((5, 1))), **settings))
    for source in range(5):
        row = model.row(source)
        alone = to_numpy(beam_search(row.step, **row.start([[0]]), **settings))
        np.testing.assert_array_equal(together.tokens[source], alone.tokens[0])
        np.testing.assert_allclose(together.scores[source], alone.scores[0], rtol=1e-5)


def test_more_beams_than_letters_leave_hypotheses_out():
    model = Speller(seed=11)
    beams = to_numpy(
        beam_search(model.step, **model.start([[0]]), max_length=1, end_id=END, options=SearchOptions(num_beams=9))
    )
    assert (beams.log_probs[0, 0, :4] > -1e3).all() and (beams.log_probs[0, 0, 4:] <= -1e29).all()


def test_max_length_zero_gives_the_end():
    model = Speller(seed=11)
    beams = to_numpy(
        beam_search(model.step, **model.start([[0]]), max_length=0, end_id=END, options=SearchOptions(num_beams=2))
    )
    assert beams.tokens[0, 0].tolist() == [[END], [0]]
    np.testing.assert_allclose(beams.scores[0, 0, 0], model.log_prob([END]), rtol=1e-5)


def test_half_precision_logits_are_summed_in_single():
    model = Speller(seed=12)

    def half(tokens, *, index, state):
        logits, state = model.step(tokens, index=index, state=state)
        return ops.cast(logits, "float16"), state

    start = model.start([[0]])
    start["logits"] = ops.cast(start["logits"], "float16")
    options = SearchOptions(num_beams=3, min_length=2)
    beams = to_numpy(beam_search(half, **start, max_length=5, end_id=END, options=options))
    tokens = beams.tokens[0, 0, 0, : beams.lengths[0, 0, 0] + 1].tolist()
    assert beams.log_probs.dtype == "float32"
    np.testing.assert_allclose(beams.log_probs[0, 0, 0], model.log_prob(tokens), atol=0.02)


def test_min_length_above_max_length_raises():
    model, options = Speller(), SearchOptions(num_beams=2, min_length=4)
    with pytest.raises(ValueError, match="min_length of at most max_length 3. Received: 4"):
        beam_search(model.step, **model.start([[0]]), max_length=3, end_id=END, options=options)
