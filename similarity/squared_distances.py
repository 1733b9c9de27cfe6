"""Squared Euclidean distances by matrix products, without cancellation."""

import numpy as np

NEAR = 1e-4


def squared_distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Computes the squared distances of every row of `x` from every row of `y`.

    `‖x‖² + ‖y‖² - 2 x·y` is several times faster than a subtraction, but loses the digits of a small difference.
    Entries below 1e-4 times their terms are therefore computed again from `x - y`. The relative error of the others is
    at most 1e-10.

    Args:
        x: float64 `[n, d]`.
        y: float64 `[m, d]`.

    Returns:
        float64 `[n, m]`; exactly 0 between equal rows.

    Example:

    >>> squared_distances(np.array([[0.1, 0.7]]), np.array([[0.1, 0.7], [0.1, 1.7]]))
    array([[0., 1.]])
    """
    scale = squared_norms(x)[:, None] + squared_norms(y)
    squares = (x * -2) @ y.T
    squares += scale
    rows, columns = np.nonzero(squares < scale * NEAR)
    squares[rows, columns] = squared_norms(x[rows] - y[columns])
    return squares


def paired_squared_distances(x: np.ndarray, y: np.ndarray, *, x_slices: list, y_slices: list) -> list[np.ndarray]:
    """Computes `squared_distances(x[i], y[j])` for every pair of slices, most of it for all pairs at once.

    Args:
        x: float64 `[words, d]`. The texts of `x_slices`, one after the other.
        y: Likewise.
        x_slices: A slice of `x` for each text, in order.
        y_slices: As many slices of `y`.

    Returns:
        float64 `[n, m]` for each pair, in C order.

    Example:

    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> x_slices, y_slices = [slice(0, 1), slice(1, 3)], [slice(0, 2), slice(2, 3)]
    >>> paired_squared_distances(x, x, x_slices=x_slices, y_slices=y_slices)
    [array([[0., 1.]]), array([[1.], [0.]])]
    """
    n, m = (np.array([words.stop - words.start for words in slices]) for slices in (x_slices, y_slices))
    row_lengths = np.repeat(m, n)
    row_ends = np.cumsum(row_lengths)
    shifts = np.repeat(np.cumsum(m) - m, n) - (row_ends - row_lengths)
    columns = np.arange(row_ends[-1]) + np.repeat(shifts, row_lengths)

    squares = np.empty(len(columns))
    ends = np.cumsum(n * m).tolist()
    x_doubled, y_columns = x * -2, y.T
    matrices = []
    for i, j, start, end in zip(x_slices, y_slices, [0, *ends], ends, strict=False):
        matrix = squares[start:end].reshape(i.stop - i.start, -1)
        matrices.append(np.matmul(x_doubled[i], y_columns[:, j], out=matrix))
    scale = np.repeat(squared_norms(x), row_lengths)
    scale += squared_norms(y)[columns]
    squares += scale
    scale *= NEAR
    near = np.flatnonzero(squares < scale)
    rows = np.searchsorted(row_ends, near, side="right")
    squares[near] = squared_norms(x[rows] - y[columns[near]])
    return matrices


def squared_norms(x: np.ndarray) -> np.ndarray:
    """Computes the squared norms `[n]` of rows `[n, d]`."""
    return np.einsum("nd,nd->n", x, x)
