"""Squared distances by matrix products, without their cancellation."""

import numpy as np

NEAR = 1e-4


def squared_distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Squared distances of every row of `x` from every row of `y`.

    `‖x‖² + ‖y‖² - 2 x·y` is several times faster than subtracting, but loses the digits of a small difference; entries
    that came out below 1e-4 times their terms are computed anew from `x - y`. The others keep 1e-10 of their value.

    Args:
        x: float64 `[n, d]`.
        y: float64 `[m, d]`.

    Returns:
        float64 `[n, m]`; exactly 0 between equal rows.

    Example:

    >>> squared_distances(np.array([[0.1, 0.7]]), np.array([[0.1, 0.7], [0.1, 1.7]]))
    array([[0., 1.]])
    """
    scale = _squares(x)[:, None] + _squares(y)
    squares = (x * -2) @ y.T
    squares += scale
    rows, columns = np.nonzero(squares < scale * NEAR)
    squares[rows, columns] = _squares(x[rows] - y[columns])
    return squares


def paired_squared_distances(x: np.ndarray, x_slices: list, y: np.ndarray, y_slices: list) -> list[np.ndarray]:
    """`squared_distances(x[i], y[j])` for every pair of slices; what can be is done for all pairs at once.

    Args:
        x: float64 `[words, d]`, the texts of `x_slices` on end.
        x_slices: a slice of `x` for each text, in order.
        y: likewise.
        y_slices: as many slices of `y`.

    Returns:
        float64 `[n, m]` for each pair, C order.

    Example:

    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> paired_squared_distances(x, [slice(0, 1), slice(1, 3)], x, [slice(0, 2), slice(2, 3)])
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
    scale = np.repeat(_squares(x), row_lengths)
    scale += _squares(y)[columns]
    squares += scale
    scale *= NEAR
    near = np.flatnonzero(squares < scale)
    rows = np.searchsorted(row_ends, near, side="right")
    squares[near] = _squares(x[rows] - y[columns[near]])
    return matrices


def _squares(x: np.ndarray) -> np.ndarray:
    return np.einsum("nd,nd->n", x, x)
