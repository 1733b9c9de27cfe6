import numpy as np
import pytest

from textzoo.data import mask_words


@pytest.mark.parametrize("share", [0.0, 0.15, 0.5, 1.0])
def test_whole_words_and_the_share_on_average(share):
    random = np.random.default_rng(0)
    words = np.repeat(np.arange(60), random.integers(1, 5, 60))
    words = np.concatenate([[-1], words, [-1]])
    drawn = [mask_words(words, random, share) for _ in range(2000)]
    for places in drawn:
        assert (np.diff(places) > 0).all() and (words[places] >= 0).all()
        assert np.isin(np.flatnonzero(np.isin(words, words[places])), places).all()  # no word is broken
    assert abs(np.mean([len(places) for places in drawn]) / (len(words) - 2) - share) < 0.003


def test_every_word_is_as_likely():
    words, random = np.repeat(np.arange(10), 2), np.random.default_rng(1)
    counts = sum(np.bincount(words[mask_words(words, random, 0.3)], minlength=10) for _ in range(3000)) / 2
    np.testing.assert_allclose(counts / 3000, 0.3, atol=0.04)


def test_one_long_word_and_nothing_to_draw():
    random = np.random.default_rng(2)
    taken = np.mean([len(mask_words(np.zeros(10, int), random)) == 10 for _ in range(4000)])
    assert abs(taken - 0.15) < 0.02
    assert len(mask_words(np.array([-1, -1]), random)) == 0 == len(mask_words(np.array([], int), random))


def test_a_seed_fixes_the_draw():
    words = np.arange(100)
    first, again, other = (mask_words(words, np.random.default_rng(seed)).tolist() for seed in (3, 3, 4))
    assert first == again != other
