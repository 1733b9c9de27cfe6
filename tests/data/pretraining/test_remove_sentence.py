"""Removal of a sentence from a packed sequence."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import PackedSequence, remove_sentence

MASK, END = 4, 3


def sequence(*lengths):
    """Returns a sequence of sentences with these numbers of tokens, each token a word of its own."""
    count = sum(lengths)
    sentences = np.repeat(np.arange(len(lengths)), lengths)
    words = np.arange(count)
    columns = ((2, words + 10, 3), (-1, words, -1), (-1, sentences, -1))
    return PackedSequence(*(np.concatenate([[first], middle, [last]]) for first, middle, last in columns))


@settings(max_examples=100)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.integers(0, 99), st.integers(2, 14))
def test_the_rest_and_the_target_are_the_whole(lengths, seed, max_length):
    whole = sequence(*lengths)
    options = {"mask_id": MASK, "end_id": END, "max_length": max_length}
    rest, target = remove_sentence(whole, np.random.default_rng(seed), **options)
    fitting = [n for n in lengths if 4 <= n < max_length]
    if len(lengths) < 2 or not fitting:
        assert rest is whole and target.shape == (0,)
        return
    assert target[-1] == END and len(target) - 1 in fitting
    place = rest.ids.tolist().index(MASK)
    assert rest.words[place] == rest.sentences[place] == -1
    restored = [*rest.ids[:place], *target[:-1], *rest.ids[place + 1 :]]
    assert restored == whole.ids.tolist()
    removed = set(target[:-1].tolist())
    assert all((number in removed) == (word < 0) for number, word in zip(*rest[:2], strict=True) if number >= 10)


def test_every_sentence_that_fits_is_removed_at_times():
    whole, drawn = sequence(4, 3, 6, 9, 5), set()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        drawn.add(len(remove_sentence(whole, rng, mask_id=MASK, end_id=END, max_length=7)[1]))
    assert drawn == {5, 6, 7}
