"""Paired and pairwise distances against a linear program, and their properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.similarity.oracles import MEASURES, linear_program, random_pair, slow_costs, slow_weights, texts
from textzoo.similarity import paired_distances, pairwise_distances, wmd, wrd, wrd_similarity


@pytest.mark.parametrize("count", [34, pytest.param(334, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", MEASURES)
def test_against_the_linear_program(name, count):
    rng = np.random.default_rng([count, *map(ord, name)])
    cost, weighting = MEASURES[name]
    pairs = [random_pair(rng) for _ in range(count)]
    for x, y in pairs:
        weights = {"source": slow_weights(x, weighting), "target": slow_weights(y, weighting)}
        expected = linear_program(slow_costs(x, y, cost=cost), **weights)
        computed = paired_distances([x], [y], cost=cost, weighting=weighting)
        np.testing.assert_allclose(computed, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_many_pairs_equal_single_computations(rng):
    vocabulary = rng.normal(size=(50, 6))
    xs, ys = ([vocabulary[rng.integers(50, size=n)] for n in rng.integers(1, 12, 300)] for _ in range(2))
    for distance, (cost, weighting) in zip((wmd, wrd), (MEASURES["wmd"], MEASURES["wrd"]), strict=True):
        each = [distance(x, y) for x, y in zip(xs, ys, strict=True)]
        paired = paired_distances(xs, ys, cost=cost, weighting=weighting)
        pairwise = pairwise_distances(xs, ys, cost=cost, weighting=weighting)
        np.testing.assert_allclose(paired, each, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(np.diag(pairwise), each, rtol=1e-12, atol=1e-14)
    whole = pairwise_distances(xs[:150], xs[:150])
    np.testing.assert_allclose(pairwise_distances(xs[:150]), whole, rtol=1e-12, atol=1e-14)


@settings(max_examples=100)
@given(texts(count=3))
def test_symmetry_identity_and_triangle_inequality(three):
    x, y, z = three
    for cost, weighting in MEASURES.values():
        pairs = [x, y, x, x, z], [y, x, x[::-1], z, y]
        xy, yx, xx, xz, zy = paired_distances(pairs[0], pairs[1], cost=cost, weighting=weighting)
        slack = 1e-9 * (1 + np.abs(np.concatenate(three)).max())
        assert 0 <= xx <= slack * 1e-3
        assert abs(xy - yx) <= slack * 1e-3
        if cost == "euclidean":
            assert xy <= xz + zy + slack


@settings(max_examples=60)
@given(texts(), st.integers(-1000, 400), st.sampled_from([0, -60, -400]))
def test_power_of_two_scales_distances_exactly(two, exponent, shrinking):
    x, y = two
    x[0, 0] = np.ldexp(x[0, 0], shrinking)  # numbers of several scales in one text
    scaled = np.ldexp(x, exponent), np.ldexp(y, exponent)
    if not all(np.array_equal(np.ldexp(one, -exponent), own) for one, own in zip(scaled, two, strict=True)):
        return  # digits lost below the smallest number
    assert wmd(*scaled) == np.ldexp(wmd(x, y), exponent)
    assert wrd(*scaled) == wrd(x, y)


def test_the_optimal_plan_of_tiny_and_of_far_words():
    x, y = np.array([[1.0, 0], [0, 2]]), np.array([[3.0, 0], [0, -1]])
    far = np.array([[1e3, 1e3]])
    for scale in (1e-14, 1e-170, 1e-300, 1e140):
        np.testing.assert_allclose(wmd(x * scale, y * scale), 2.5 * scale, rtol=1e-12)
    for scale in (1e-3, 1e-9, 1e-14):
        left, right = (np.concatenate([one * scale, far]) for one in (x, y))
        np.testing.assert_allclose(wmd(left, right), 5 / 3 * scale, rtol=1e-12)


@settings(max_examples=50)
@given(texts())
def test_wrd_is_invariant_to_scale_and_bounded(two):
    x, y = two
    assert 0 <= wrd(x, y) <= 2 + 1e-12
    np.testing.assert_allclose(wrd(4 * x, y / 8), wrd(x, y), atol=1e-12)
    assert wrd_similarity(x, y) == 1 - wrd(x, y)


def test_weights(rng):
    x, y = rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
    repeated = np.concatenate([x, x[:1]])
    np.testing.assert_allclose(wmd(x, y, x_weights=[2, 1, 1]), wmd(repeated, y))
    np.testing.assert_allclose(wmd(x, y, x_weights=[0, 3, 3], y_weights=[1, 0]), wmd(x[1:], y[:1]))
    norms = {"x_weights": np.linalg.norm(x, axis=1), "y_weights": np.linalg.norm(y, axis=1)}
    np.testing.assert_allclose(wmd(x, y, cost="cosine", **norms), wrd(x, y))
    np.testing.assert_allclose(wrd(x, y, x_weights=[1] * 3, y_weights=[1] * 2), wmd(x, y, cost="cosine"))


def test_zero_vectors_under_weights_by_norm():
    zeros, x = np.zeros((2, 3)), np.eye(3)
    np.testing.assert_allclose([wrd(zeros, x), wrd(x, zeros), wrd(zeros, zeros[:1])], [1, 1, 0])
    assert wrd(np.concatenate([x, zeros]), x) == 0


def test_no_pairs():
    assert paired_distances([], []).shape == (0,)


ONE = np.ones((1, 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wmd(np.zeros((0, 2)), ONE), r"^x: expected vectors \[words, d\] of at least one word"),
        (lambda: wmd([], ONE), r"^x: expected vectors \[words, d\]"),
        (lambda: wmd([1.0, 2.0], ONE), r"^x: expected vectors \[words, d\]"),
        (lambda: wmd(ONE, np.ones((1, 3))), "one width. Received: 2 in x and 3 in y"),
        (lambda: wmd([[np.nan, 1]], ONE), "^x: expected numbers .* word 0 has nan"),
        (lambda: wrd(ONE, [[1, 1], [1, np.inf]]), "^y: .* word 1 has inf"),
        (lambda: wmd([[1e200, 1]], ONE), "up to 1e"),
        (lambda: wmd(ONE, ONE, x_weights=[-1]), "weights of x: expected numbers from 0"),
        (lambda: wmd(ONE, ONE, x_weights=[np.nan]), "weights of x: expected numbers from 0"),
        (lambda: wmd(ONE, ONE, x_weights=[0]), "not all 0"),
        (lambda: wmd(ONE, ONE, x_weights=[1, 1]), "expected 1 weights"),
        (lambda: wmd(ONE, ONE, cost="l1"), "Received: 'l1'"),
        (lambda: paired_distances([ONE], []), "Received: 0"),
        (lambda: paired_distances([ONE] * 200, [ONE] * 199 + [ONE[:0]]), r"ys\[199\]"),
        (
            lambda: paired_distances([ONE, np.ones((1, 3))], [ONE, ONE]),
            r"xs\[1\]: expected vectors of width 2. Received: 3",
        ),
        (lambda: paired_distances([ONE], [ONE], x_weights=[[1], [1]]), "for each of 1 texts. Received: 2"),
        (lambda: paired_distances([ONE], [ONE], weighting="idf"), "Received: 'idf'"),
        (lambda: pairwise_distances([]), "at least one text in xs"),
        (lambda: pairwise_distances([ONE], [np.ones((1, 3))]), "one width"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
