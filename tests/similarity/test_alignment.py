"""Alignments: plan, distance and moves."""

import numpy as np
import pytest

from textzoo.similarity import align, wmd, wrd


def test_plan_gives_the_distance(rng):
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(6, 3))
    alignment = align(x, y, list("abcd"), list("uvwxyz"))
    np.testing.assert_allclose([alignment.distance, (alignment.plan * alignment.costs).sum()], wmd(x, y))
    np.testing.assert_allclose(sum(move.mass * move.cost for move in alignment.moves()), wmd(x, y))
    np.testing.assert_allclose(align(x, y, "abcd", "uvwxyz", "cosine", "norm").distance, wrd(x, y))
    weights = rng.random(4), rng.random(6)
    weighted = align(x, y, "abcd", "uvwxyz", x_weights=weights[0], y_weights=weights[1])
    np.testing.assert_allclose(weighted.distance, wmd(x, y, *weights))
    assert [move.source for move in alignment.moves()] == sorted(move.source for move in alignment.moves())


def test_bad_input():
    with pytest.raises(ValueError, match="2 words for x. Received: 1"):
        align([[1.0], [2.0]], [[1.0]], ["a"], ["b"])
    with pytest.raises(ValueError, match="at least one word"):
        align(np.zeros((0, 1)), [[1.0]], [], ["b"])
