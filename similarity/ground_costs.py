"""What it costs to move one word onto another."""

from typing import Literal

import numpy as np

from .squared_distances import paired_squared_distances, squared_distances

Cost = Literal["euclidean", "cosine"]


def ground_costs(x, y, cost: Cost = "euclidean") -> np.ndarray:
    """Costs between the words of two texts; exactly 0 between equal vectors.

    - `"euclidean"`: `‖x - y‖`;
    - `"cosine"`: `1 - x·y / (‖x‖ ‖y‖) = ‖x / ‖x‖ - y / ‖y‖‖² / 2`. A zero vector has a direction of its own: it costs 1
      to any other vector, 0 to another zero vector.

    Args:
        x: `[n, d]`.
        y: `[m, d]`.
        cost: `"euclidean"` or `"cosine"`.

    Returns:
        float64 `[n, m]`.

    Raises:
        ValueError: the name is unknown or the widths differ.

    Example:

    >>> x = np.array([[3.0, 0.0], [0.0, 4.0]])
    >>> ground_costs(x, x)
    array([[0., 5.], [5., 0.]])
    >>> ground_costs(x, np.array([[1.0, 0.0], [0.0, 0.0]]), "cosine")
    array([[0., 1.], [1., 1.]])
    """
    return point_costs(points(np.asarray(x, "float64"), cost), points(np.asarray(y, "float64"), cost), cost)


def points(x: np.ndarray, cost: Cost) -> np.ndarray:
    """What `point_costs` compares: `x` itself, or its directions for `"cosine"`."""
    if cost == "euclidean":
        return x
    if cost != "cosine":
        raise ValueError(f"Expected cost 'euclidean' or 'cosine'. Received: {cost!r}.")
    return directions(x)


def point_costs(x: np.ndarray, y: np.ndarray, cost: Cost) -> np.ndarray:
    """Costs `[n, m]` between two lots of `points`."""
    return _from_squares(squared_distances(x, y), cost)


def paired_point_costs(x: np.ndarray, x_slices: list, y: np.ndarray, y_slices: list, cost: Cost) -> list[np.ndarray]:
    """`point_costs(x[i], y[j])` for every pair of slices."""
    matrices = paired_squared_distances(x, x_slices, y, y_slices)
    return [_from_squares(matrix, cost) for matrix in matrices]


def _from_squares(squares: np.ndarray, cost: Cost) -> np.ndarray:
    return np.sqrt(squares, out=squares) if cost == "euclidean" else np.multiply(squares, 0.5, out=squares)


def directions(x: np.ndarray) -> np.ndarray:
    """Unit vectors `[n, d + 1]` of `[n, d]`; the last coordinate is the direction of zero vectors.

    Example:

    >>> directions(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8, 0. ], [0. , 0. , 1. ]])
    """
    norms = np.sqrt(np.einsum("nd,nd->n", x, x))
    weak = norms < np.finfo(x.dtype).tiny ** 0.25  # the squares of which may have vanished
    if weak.any():
        largest = np.abs(x[weak]).max(axis=1, keepdims=True)
        x = x.copy()
        x[weak] /= np.where(largest > 0, largest, 1)
        norms[weak] = np.linalg.norm(x[weak], axis=1)
    unit = np.empty((len(x), x.shape[1] + 1), x.dtype)
    unit[:, -1] = norms == 0
    np.divide(x, (norms + unit[:, -1])[:, None], out=unit[:, :-1])
    return unit
