"""Ground costs of optimal transport: the cost of moving one word onto another."""

from typing import Literal, get_args

import numpy as np

from .binary_scaling import binary_shifts, largest_magnitudes
from .check_arguments import check_choice
from .packed_texts import pack_pair
from .squared_distances import paired_squared_distances, squared_distances, squared_norms

Cost = Literal["euclidean", "cosine"]


def ground_costs(x, y, *, cost: Cost = "euclidean") -> np.ndarray:
    """Computes the costs between the words of two texts, exactly 0 between equal vectors.

    - `"euclidean"`: `‖x - y‖`;
    - `"cosine"`: `1 - x·y / (‖x‖ ‖y‖) = ‖x / ‖x‖ - y / ‖y‖‖² / 2`. A zero vector has a direction of its own: its cost
      is 1 to any other vector and 0 to another zero vector.

    Args:
        x: float `[n, d]`.
        y: float `[m, d]`.
        cost: `"euclidean"` or `"cosine"`.

    Returns:
        float64 `[n, m]`.

    Raises:
        ValueError: The name of the cost is unknown, the widths differ, or `pack_texts` rejects a text.

    Example:

    >>> x = np.array([[3.0, 0.0], [0.0, 4.0]])
    >>> ground_costs(x, x)
    array([[0., 5.], [5., 0.]])
    >>> ground_costs(x, np.array([[1.0, 0.0], [0.0, 0.0]]), cost="cosine")
    array([[0., 1.], [1., 1.]])
    """
    packed_x, packed_y = pack_pair(x, y, weighting="uniform")
    return point_costs(points(packed_x.vectors, cost), points(packed_y.vectors, cost), cost=cost)


def points(x: np.ndarray, cost: Cost) -> np.ndarray:
    """Returns the points whose squared Euclidean distances give the cost.

    Args:
        x: float `[n, d]`. Vectors.
        cost: `"euclidean"`: the points are the vectors. `"cosine"`: the points are their `directions`.

    Returns:
        `[n, d]` or `[n, d + 1]`, in the type of `x`.
    """
    check_choice(cost, "cost", get_args(Cost))
    return x if cost == "euclidean" else directions(x)


def point_costs(x: np.ndarray, y: np.ndarray, *, cost: Cost) -> np.ndarray:
    """Computes the costs `[n, m]` between `points` `[n, p]` and `[m, p]`."""
    largest = max(np.abs(x).max(initial=0), np.abs(y).max(initial=0))
    factor = np.ldexp(1.0, binary_shifts(np.array(largest))) if cost == "euclidean" else 1.0
    costs = costs_from_squares(squared_distances(x * factor, y * factor), cost)
    return np.divide(costs, factor, out=costs)


def paired_point_costs(x: np.ndarray, y: np.ndarray, *, x_slices: list, y_slices: list, cost: Cost) -> list[np.ndarray]:
    """Computes `point_costs(x[i], y[j], cost=cost)` for every pair of slices."""
    if cost == "cosine":
        matrices = paired_squared_distances(x, y, x_slices=x_slices, y_slices=y_slices)
        return [costs_from_squares(matrix, cost) for matrix in matrices]
    x_offsets, y_offsets = (np.array([0, *(words.stop for words in slices)]) for slices in (x_slices, y_slices))
    factors = np.ldexp(
        1.0, binary_shifts(np.maximum(largest_magnitudes(x, x_offsets), largest_magnitudes(y, y_offsets)))
    )
    x, y = (side * np.repeat(factors, np.diff(offsets))[:, None] for side, offsets in ((x, x_offsets), (y, y_offsets)))
    matrices = paired_squared_distances(x, y, x_slices=x_slices, y_slices=y_slices)
    return [
        np.divide(costs_from_squares(matrix, cost), factor, out=matrix)
        for matrix, factor in zip(matrices, factors.tolist(), strict=True)
    ]


def costs_from_squares(squares: np.ndarray, cost: Cost) -> np.ndarray:
    """Turns squared distances of `points` into costs, in place: their roots (Euclidean) or halves (cosine)."""
    return np.sqrt(squares, out=squares) if cost == "euclidean" else np.multiply(squares, 0.5, out=squares)


def directions(x: np.ndarray) -> np.ndarray:
    """Computes unit vectors `[n, d + 1]` of `[n, d]`. The last coordinate is the direction of zero vectors.

    Example:

    >>> directions(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8, 0. ], [0. , 0. , 1. ]])
    """
    x = x * np.ldexp(1.0, binary_shifts(np.abs(x).max(axis=1)))[:, None]
    norms = np.sqrt(squared_norms(x))
    unit = np.empty((len(x), x.shape[1] + 1), x.dtype)
    unit[:, -1] = norms == 0
    np.divide(x, (norms + unit[:, -1])[:, None], out=unit[:, :-1])
    return unit
