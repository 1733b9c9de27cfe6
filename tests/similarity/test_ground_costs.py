"""Ground costs against subtraction, at the limits of precision."""

import numpy as np
import pytest

from tests.similarity.oracles import slow_costs
from textzoo.similarity import ground_costs
from textzoo.similarity.ground_costs import directions
from textzoo.similarity.squared_distances import paired_squared_distances, squared_distances


@pytest.mark.parametrize("cost", ["euclidean", "cosine"])
@pytest.mark.parametrize("gap", [1.0, 1e-3, 1e-7, 0.0])
def test_near_words_keep_their_digits(rng, cost, gap):
    x = rng.normal(size=(9, 30)) + 50
    y = x[::-1] + gap * rng.normal(size=(9, 30))
    expected = slow_costs(x, y, cost=cost)
    np.testing.assert_allclose(ground_costs(x, y, cost=cost), expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("cost", ["euclidean", "cosine"])
def test_cost_of_equal_words_is_exactly_zero(rng, cost):
    x = rng.normal(size=(20, 50)) * 10.0 ** rng.integers(-6, 7, (20, 1))
    assert (np.diag(ground_costs(x, x, cost=cost)) == 0).all()


def test_zero_vectors_have_a_direction_of_their_own():
    x, y = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 0.0], [-2.0, 0.0], [0.0, 3.0]])
    np.testing.assert_allclose(ground_costs(x, y, cost="cosine"), [[0, 1, 1], [1, 2, 1]])


@pytest.mark.parametrize("size", [1e-140, 1e-100, 1e100, 1e149])
def test_directions_of_tiny_and_huge_vectors(size):
    np.testing.assert_allclose(directions(size * np.array([[3.0, 4.0]])), [[0.6, 0.8, 0.0]], rtol=1e-15)


def test_pairs_equal_single_computations(rng):
    slices = [[], []]
    starts = [0, 0]
    for lengths in rng.integers(1, 9, (30, 2)):
        for side in (0, 1):
            slices[side].append(slice(starts[side], starts[side] + lengths[side]))
            starts[side] += lengths[side]
    x, y = (rng.integers(-1, 2, (count, 3)).astype("float64") for count in starts)
    matrices = paired_squared_distances(x, y, x_slices=slices[0], y_slices=slices[1])
    for one, i, j in zip(matrices, *slices, strict=True):
        assert one.flags.c_contiguous
        np.testing.assert_array_equal(one, squared_distances(x[i], y[j]))


def test_unknown_cost():
    with pytest.raises(ValueError, match="'euclidean' or 'cosine'. Received: 'l1'"):
        ground_costs([[1.0]], [[1.0]], cost="l1")
