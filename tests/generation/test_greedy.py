"""Greedy search writes the most probable letter until the end token or the maximum length."""

import numpy as np
import pytest
from keras import ops

from tests.generation.fake_models import Speller, to_numpy
from textzoo.generation import greedy

pytestmark = pytest.mark.graph

END = 3


def alphabet(tokens, *, index, state):
    """Step function that writes the letters in order."""
    return ops.one_hot(tokens + 1, 6), state


def slow_greedy(model, source, mood, max_length, min_length=0, no_repeat_ngram_size=0):
    """Greedy search as a loop over letters in NumPy."""
    tokens = []
    for index in range(max_length + 1):
        logits = model.log_probs(tokens, source, mood)
        for token in range(model.vocab):
            grams = [
                tuple([*tokens, token][i : i + no_repeat_ngram_size]) for i in range(index + 2 - no_repeat_ngram_size)
            ]
            if no_repeat_ngram_size and len(set(grams)) < len(grams):
                logits[token] = -np.inf
        if index < min_length:
            logits[END] = -np.inf
        tokens.append(END if index == max_length else int(np.argmax(logits)))
        if tokens[-1] == END:
            return tokens


def test_spells_the_alphabet():
    result = greedy(alphabet, ops.one_hot([[0], [2]], 6), state=(), max_length=9, end_id=5)
    assert np.asarray(result.tokens[:, 0]).tolist() == [[0, 1, 2, 3, 4, 5, 0, 0, 0, 0], [2, 3, 4, 5, 0, 0, 0, 0, 0, 0]]
    assert np.asarray(result.lengths[:, 0]).tolist() == [5, 3]


def test_max_length_ends_a_stream():
    result = greedy(alphabet, ops.one_hot([[0]], 6), state=(), max_length=2, end_id=5)
    assert np.asarray(result.tokens[0, 0]).tolist() == [0, 1, 5]
    result = greedy(alphabet, ops.one_hot([[0]], 6), state=(), max_length=0, end_id=5)
    assert np.asarray(result.tokens[0, 0]).tolist() == [5]


def test_an_end_of_id_zero_is_found():
    backwards = lambda tokens, index, state: (ops.one_hot(tokens - 1, 6), state)  # noqa: E731
    result = greedy(backwards, ops.one_hot([[3]], 6), state=(), max_length=9, end_id=0)
    assert int(result.lengths[0, 0]) == 3


@pytest.mark.parametrize(
    "options",
    [{}, {"min_length": 4}, {"no_repeat_ngram_size": 2}, {"no_repeat_ngram_size": 3, "min_length": 2}],
    ids=str,
)
def test_equals_a_loop_over_letters(options):
    model = Speller(sources=12, seed=1)
    moods = np.tile([0, 5], (12, 1))
    result = to_numpy(greedy(model.step, **model.start(moods), max_length=6, end_id=END, **options))
    for source in range(12):
        for stream, mood in enumerate((0, 5)):
            expected = slow_greedy(model, source, mood, 6, **options)
            assert result.tokens[source, stream, : len(expected)].tolist() == expected
            assert not result.tokens[source, stream, len(expected) :].any()
            assert result.lengths[source, stream] == len(expected) - 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_length": 4}, "min_length of at most max_length 3. Received: 4"),
        ({"min_length": -1}, "0 or more. Received: -1"),
        ({"no_repeat_ngram_size": -2}, "0 or more. Received: 0 and -2"),
    ],
)
def test_invalid_arguments_raise(options, message):
    with pytest.raises(ValueError, match=message):
        greedy(alphabet, ops.one_hot([[0]], 6), state=(), max_length=3, end_id=5, **options)
