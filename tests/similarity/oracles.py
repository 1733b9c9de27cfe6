"""Slow reference implementations of distances, and random texts."""

import numpy as np
import scipy.sparse
from hypothesis import strategies
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog
from scipy.spatial.distance import cdist

MEASURES = {"wmd": ("euclidean", "uniform"), "wmd-cos": ("cosine", "uniform"), "wrd": ("cosine", "norm")}


def slow_costs(x, y, *, cost):
    """Computes costs by subtraction, with metrics of SciPy."""
    if cost == "euclidean":
        return cdist(x, y)
    zero = (~x.any(axis=1))[:, None] != (~y.any(axis=1))[None]
    x, y = (one / np.maximum(np.linalg.norm(one, axis=1, keepdims=True), 1e-300) for one in (x, y))
    return np.where(zero, 1.0, cdist(x, y, "sqeuclidean") / 2)


def slow_weights(x, weighting):
    weights = np.ones(len(x)) if weighting == "uniform" else np.linalg.norm(x, axis=1)
    return weights / weights.sum() if weights.any() else np.full(len(x), 1 / len(x))


def linear_program(costs, *, source, target):
    """Computes the cost of the optimal plan by linear programming. One redundant equality is left out."""
    n, m = costs.shape
    scale = costs.max() or 1.0
    rows = scipy.sparse.kron(scipy.sparse.eye(n), np.ones((1, m)))
    columns = scipy.sparse.kron(np.ones((1, n)), scipy.sparse.eye(m))
    equal = scipy.sparse.vstack([rows, columns]).tocsr()[:-1]
    tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    result = linprog(costs.ravel() / scale, A_eq=equal, b_eq=np.append(source, target)[:-1], options=tight)
    assert result.status == 0
    return result.fun * scale


def random_pair(rng, max_words=60):
    """Draws two texts, some with duplicate words, common words or zero vectors, some equal."""
    width, scale = rng.integers(1, 40), 10.0 ** rng.integers(-4, 5)
    x, y = (rng.normal(size=(n, width)) * scale for n in rng.integers(1, max_words + 1, 2))
    kind = rng.integers(6)
    if kind == 1:
        x = x[rng.integers(len(x), size=len(x))]
    if kind == 2:
        y[rng.integers(len(y), size=len(y) // 2)] = x[rng.integers(len(x), size=len(y) // 2)]
    if kind == 3:
        x[rng.integers(len(x))], y[rng.integers(len(y))] = 0, 0
    if kind == 4:
        y = x.copy()
    if kind == 5:
        y = np.zeros_like(y)
    return x, y


@strategies.composite
def texts(draw, *, count=2, max_words=6):
    """Draws texts of one width with numbers that make ties and zeros likely."""
    width = draw(strategies.integers(1, 4))
    number = strategies.one_of(
        strategies.sampled_from([0.0, 1.0, -1.0, 0.5, 1e-3, 1e3]), strategies.floats(-100, 100, allow_subnormal=False)
    )
    return [
        draw(arrays("float64", (draw(strategies.integers(1, max_words)), width), elements=number)) for _ in range(count)
    ]
