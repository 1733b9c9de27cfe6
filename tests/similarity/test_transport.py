"""Optimal transport by hand, and the constraints of plans."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from textzoo.similarity import transport, transport_costs

ROOT = Path(__file__).parent.parent.parent


def test_by_hand():
    cost, plan = transport([[0.0, 2.0], [1.0, 1.0]], source_weights=[1, 1], target_weights=[3, 1])
    np.testing.assert_allclose(cost, 0.5)
    np.testing.assert_allclose(plan, [[0.5, 0], [0.25, 0.25]])


def test_plan_has_the_given_marginals_and_cost(rng):
    for _ in range(20):
        n, m = rng.integers(1, 30, 2)
        costs, source, target = rng.random((n, m)), rng.random(n), rng.random(m)
        source[rng.integers(n)] += 1
        target[0] = 0 if m > 1 else 1
        cost, plan = transport(costs, source_weights=source, target_weights=target)
        np.testing.assert_allclose(plan.sum(axis=1), source / source.sum(), atol=1e-12)
        np.testing.assert_allclose(plan.sum(axis=0), target / target.sum(), atol=1e-12)
        np.testing.assert_allclose((plan * costs).sum(), cost, rtol=1e-12)


def test_many_problems_equal_single_computations(rng):
    problems = [(np.full(n, 1 / n), np.full(m, 1 / m), rng.random((n, m))) for n, m in rng.integers(1, 20, (50, 2))]
    each = [transport(costs, source_weights=source, target_weights=target).cost for source, target, costs in problems]
    np.testing.assert_allclose(transport_costs(problems), each, rtol=1e-12)
    assert transport_costs([]).shape == (0,)


@pytest.mark.parametrize("exponent", [-1070, -1000, -60, -46, 0, 46, 900, 1020])
def test_costs_scale_exactly_by_powers_of_two(rng, exponent):
    costs = np.round(rng.random((7, 5)) * 8) + 1
    expected, plan = transport(costs)
    cost, scaled_plan = transport(np.ldexp(costs, exponent))
    assert cost == np.ldexp(expected, exponent)
    np.testing.assert_array_equal(scaled_plan, plan)


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-9, 1e-15, 1e-40, 1e-200, 5e-324 * 2**20])
@pytest.mark.parametrize("far", [100.0, 1e300])
def test_small_costs_beside_large_ones_keep_their_digits(scale, far):
    costs = np.full((3, 3), far)
    costs[:2, :2] = np.array([[2.0, 2**0.5], [13**0.5, 3.0]]) * scale
    costs[2, 2] = 0
    cost, plan = transport(costs)
    np.testing.assert_allclose(cost, 5 / 3 * scale, rtol=1e-6 if scale < 1e-300 else 1e-12)
    np.testing.assert_allclose(plan, np.eye(3) / 3, atol=1e-15)


def test_a_tiny_mass_far_away_is_paid_for():
    for mass in (1e-6, 1e-12, 1e-14):  # flows have the absolute precision of the total mass
        np.testing.assert_allclose(
            transport([[0.0], [1.0]], source_weights=[1, mass]).cost, mass / (1 + mass), atol=3e-16
        )


@pytest.mark.parametrize(
    ("costs", "weights", "message"),
    [
        ([1.0, 2.0], None, "n, m"),
        (np.zeros((0, 3)), None, "at least 1"),
        ([[np.nan]], None, "NaN"),
        ([[1.0]], [-1], "not negative"),
        ([[1.0]], [0], "not all 0"),
        ([[1.0]], [np.inf], "finite"),
        ([[1.0]], [1, 1], r"shape \(1,\)"),
    ],
)
def test_bad_input(costs, weights, message):
    with pytest.raises(ValueError, match=message):
        transport(costs, source_weights=weights)


def test_import_loads_no_framework():
    code = "import sys, textzoo.similarity; print({'tensorflow', 'torch', 'jax', 'keras', 'jieba'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
