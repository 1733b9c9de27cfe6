"""Alignments: plan, distance and moves."""

import numpy as np
import pytest

from textzoo.similarity import align, wmd, wrd


def test_plan_gives_the_distance(rng):
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(6, 3))
    units = {"x_units": list("abcd"), "y_units": list("uvwxyz")}
    alignment = align(x, y, **units)
    np.testing.assert_allclose([alignment.distance, (alignment.plan * alignment.costs).sum()], wmd(x, y))
    np.testing.assert_allclose(sum(move.mass * move.cost for move in alignment.moves()), wmd(x, y))
    np.testing.assert_allclose(align(x, y, **units, cost="cosine", weighting="norm").distance, wrd(x, y))
    weights = {"x_weights": rng.random(4), "y_weights": rng.random(6)}
    np.testing.assert_allclose(align(x, y, **units, **weights).distance, wmd(x, y, **weights))
    assert [move.source for move in alignment.moves()] == sorted(move.source for move in alignment.moves())


def test_bad_input():
    with pytest.raises(ValueError, match="2 words for x. Received: 1"):
        align([[1.0], [2.0]], [[1.0]], x_units=["a"], y_units=["b"])
    with pytest.raises(ValueError, match="at least one word"):
        align(np.zeros((0, 1)), [[1.0]], x_units=[], y_units=["b"])
