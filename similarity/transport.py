"""Exact optimal transport by POT's network simplex."""

import functools
import math
import os
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from .check_arguments import number_array

MAX_STEPS = 10**9
OPTIMAL = 1
# The solver compares costs with an absolute tolerance near 1e-15. A total below this fraction of the largest cost is
# therefore solved again without the costs that no optimal plan pays.
SMALL_TOTAL = 2.0**-13
SMALLEST_FLOW = 2.0**-50


class Transport(NamedTuple):
    """Optimal transport plan.

    Attributes:
        cost: `Σ plan * costs`.
        plan: float64 `[n, m]`. Mass moved from each source to each target.
    """

    cost: float
    plan: np.ndarray


def transport(costs, *, source_weights=None, target_weights=None) -> Transport:
    """Computes the cheapest plan that moves one distribution onto another.

    `min Σ plan * costs` over `plan >= 0` with row sums `source_weights` and column sums `target_weights`.

    Args:
        costs: float `[n, m]`, finite.
        source_weights: float `[n]`, not negative, normalized to sum 1; None: equal weights.
        target_weights: float `[m]`, likewise.

    Returns:
        `Transport(cost, plan [n, m])`, float64.

    Raises:
        ValueError: Shapes do not fit, a side is empty, a cost is not finite, or weights are negative, not finite or all
            0.

    Example:

    >>> transport([[0.0, 2.0], [1.0, 1.0]], target_weights=[3, 1])
    Transport(cost=0.5, plan=array([[0.5 , 0.  ], [0.25, 0.25]]))

    Reference:
        Bonneel et al., Displacement interpolation using Lagrangian mass transport, 2011 (the network simplex in POT).
    """
    costs = np.ascontiguousarray(number_array(costs, "costs", expected="numbers [n, m]"), "float64")
    if costs.ndim != 2 or not costs.size:
        raise ValueError(f"Expected costs [n, m] with n and m at least 1. Received: shape {costs.shape}.")
    if not np.isfinite(costs).all():
        raise ValueError("Expected finite costs. Received: NaN or infinity.")
    source = normalized_weights(source_weights, costs.shape[0], name="source_weights")
    target = normalized_weights(target_weights, costs.shape[1], name="target_weights")
    return _solve(source, target, costs)


def transport_costs(problems: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> np.ndarray:
    """Computes the costs of many transport problems without any checks of the input.

    Args:
        problems: Tuples `(source weights [n], target weights [m], costs [n, m])`: float64, in C order, finite, both
            weights with sum 1. `paired_distances` and `pairwise_distances` make such problems from vectors.

    Returns:
        float64 `[problems]`.

    Example:

    >>> half = np.array([0.5, 0.5])
    >>> transport_costs([(half, half, np.array([[0.0, 2.0], [1.0, 1.0]])), (half, half, np.eye(2))])
    array([0.5, 0. ])
    """
    return np.array([_solve(*problem).cost for problem in problems], "float64")


def normalized_weights(weights, size: int, *, name: str = "weights") -> np.ndarray:
    """Checks weights and divides them by their sum.

    Args:
        weights: float `[size]`; None: equal weights.
        size: Number of weights.
        name: Name of the weights in error messages.

    Returns:
        float64 `[size]` with sum 1.

    Raises:
        ValueError: The shape differs, or weights are negative, not finite or all 0.

    Example:

    >>> normalized_weights([3, 1], 2)
    array([0.75, 0.25])
    """
    if weights is None:
        return np.full(size, 1 / size)
    weights = number_array(weights, name, expected=f"numbers [{size}]").astype("float64")
    if weights.shape != (size,):
        raise ValueError(f"Expected {name} of shape ({size},). Received: {weights.shape}.")
    total = weights.sum()
    if not np.isfinite(total) or (weights < 0).any() or total <= 0:
        received = f"numbers from {weights.min()} to {weights.max()}"
        raise ValueError(f"Expected {name} that are finite, not negative and not all 0. Received: {received}.")
    return weights / total


@functools.cache
def import_solver() -> Callable[..., Any]:
    """Imports POT's network simplex, which takes a second; later calls return it at once."""
    for backend in ("TENSORFLOW", "PYTORCH", "JAX", "CUPY"):  # POT imports each of them unless disabled
        os.environ.setdefault(f"POT_BACKEND_DISABLE_{backend}", "1")
    from ot.lp.emd_wrap import emd_c

    return emd_c


def _solve(source: np.ndarray, target: np.ndarray, costs: np.ndarray) -> Transport:
    """Solves a transport problem on costs scaled by a power of two, which is exact, to at most 1.

    Let t be the largest cost that some plan pays. A plan that pays more than min(n, m) t for a move is not optimal: a
    cycle through that move and the moves of the first plan, at most min(n, m) of them, is cheaper. Higher costs may
    therefore be cut down, which brings a small total into the range of the solver.
    """
    lowest = costs.min()
    largest = max(costs.max(), -lowest)
    exponent = math.frexp(largest)[1]
    half = -exponent // 2  # 2.0**-exponent may overflow
    scaled = costs * 2.0**half * 2.0 ** (-exponent - half)
    plan, cost, _, _, status = import_solver()(source, target, scaled, MAX_STEPS, 1)
    if status != OPTIMAL:
        raise ArithmeticError(f"Expected an optimal plan. Received: status {status} from POT's network simplex.")
    if cost < SMALL_TOTAL and lowest >= 0:
        limit = 2.0 * min(costs.shape) * float(costs[plan > _rounding_error(source, target)].max())
        if limit < SMALL_TOTAL * largest:
            return _solve(source, target, np.minimum(costs, limit))
    return Transport(cost=math.ldexp(cost, exponent), plan=plan)


def _rounding_error(source: np.ndarray, target: np.ndarray) -> float:
    """Returns the largest flow that may be due to the rounding of the weights, 0 if some weight is nearly as small."""
    weights = np.concatenate([source, target])
    return SMALLEST_FLOW if weights[weights > 0].min() > SMALLEST_FLOW * 2**10 else 0.0
