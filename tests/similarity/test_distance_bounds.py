"""Lower bounds against the distances, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests.similarity.oracles import random_pair, texts
from textzoo.similarity import wmd, wmd_centroid_bound, wmd_relaxed_bound, wrd, wrd_centroid_bound, wrd_relaxed_bound

BOUNDS = [(wmd, wmd_centroid_bound), (wmd, wmd_relaxed_bound), (wrd, wrd_centroid_bound), (wrd, wrd_relaxed_bound)]


@pytest.mark.parametrize(("distance", "bound"), BOUNDS)
def test_never_above_the_distance(distance, bound):
    @settings(max_examples=80)
    @given(texts())
    def holds(two):
        x, y = two
        assert 0 <= bound(x, y) <= distance(x, y)

    holds()
    rng = np.random.default_rng(1)
    for _ in range(60):
        x, y = random_pair(rng, max_words=15)
        weights = {"x_weights": rng.random(len(x)), "y_weights": rng.random(len(y))}
        assert 0 <= bound(x, y) <= distance(x, y)
        assert bound(x, y, **weights) <= distance(x, y, **weights)


def test_tight_for_one_word(rng):
    x, y = rng.normal(size=(2, 1, 5))
    for distance, bound in BOUNDS:
        np.testing.assert_allclose(bound(x, y), distance(x, y), rtol=1e-9)


def test_by_hand():
    x, y = [[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0], [3.0, 0.0]]
    np.testing.assert_allclose(wmd_centroid_bound(x, y), 1.5)  # means (1.5, 2) and (3, 2)
    np.testing.assert_allclose(wmd_relaxed_bound(x, y), 1.5)  # 3 and 0; 0 and 3
    x, y = [[2.0, 0.0], [0.0, 2.0]], [[1.0, 0.0]]
    np.testing.assert_allclose(wrd_centroid_bound(x, y), 0.25)  # half of ‖(-1/2, 1/2)‖²
    np.testing.assert_allclose(wrd_relaxed_bound(x, y), 0.5)


def test_wmd_bounds_with_cosine_cost(rng):
    for _ in range(20):
        x, y = random_pair(rng, max_words=10)
        assert wmd_relaxed_bound(x, y, cost="cosine") <= wmd(x, y, cost="cosine")


@pytest.mark.parametrize(("_", "bound"), BOUNDS)
def test_bad_input(_, bound):
    with pytest.raises(ValueError, match="at least one word"):
        bound(np.zeros((0, 2)), np.ones((1, 2)))
    with pytest.raises(ValueError, match="one width"):
        bound(np.ones((1, 2)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="not all 0"):
        bound(np.ones((1, 2)), np.ones((1, 2)), x_weights=[0])
