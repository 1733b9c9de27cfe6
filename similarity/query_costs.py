"""Lower bounds of the distances of a query from the texts of an index."""

import numpy as np

from .index_segment import Query, Segment, TextWords
from .word_table import WordTable

ROUNDING = float(np.finfo("float32").eps)
TINY = float(np.finfo("float32").tiny)
SMALLEST_SQUARED_NORM = 1e-25  # the squares of smaller vectors may underflow
SUM_ROUNDING = 1e-12
# OpenBLAS computes smaller products, of matrices and with vectors, in this thread. On busy cores its other threads cost
# more than they save.
THREAD_PRODUCT = 2**18
THREAD_VECTOR_PRODUCT = 2**13


class QueryCosts:
    """Costs between the words of a query and all rows of a table, lowered by the largest possible rounding error.

    Args:
        table: Table of the index.
        query: The query.

    Attributes:
        query: The query.
        costs: float32 `[rows, words]`.
        nearest: float64 `[rows]`. The cost of each row to its nearest word of the query.
    """

    def __init__(self, table: WordTable, query: Query):
        self.query = query
        self.costs = np.empty((len(table), len(query.points)), "float32")
        start = 0
        for number, block in enumerate(table.blocks):
            costs = self.costs[start : start + len(block)]
            _products(block, query.points[:, : table.width].astype("float32").T, out=costs)
            _lower_costs_from_products(costs, table.squares(number), query=query, width=block.shape[1])
            start += len(block)
        self.nearest = self.costs.min(axis=1).astype("float64")

    def relaxed_bounds(self, segment: Segment) -> np.ndarray:
        """Computes a bound for every text `[texts]`: each of its words moves to its nearest word of the query."""
        return segment.weighted_sums(self.nearest) * (1 - SUM_ROUNDING)

    def dual_bounds(self, words: TextWords) -> np.ndarray:
        """Computes tighter bounds for some texts by the dual of the transport problem.

        `Σᵢ pᵢ uᵢ + Σⱼ qⱼ vⱼ` is a lower bound if `uᵢ + vⱼ <= cᵢⱼ`. With `uᵢ = minⱼ cᵢⱼ` and `vⱼ = minᵢ (cᵢⱼ - uᵢ)` it
        is at least the relaxed bound of one side, with the roles exchanged at least that of the other.

        Args:
            words: The texts.

        Returns:
            float64 `[texts]`. The larger of the two bounds.
        """
        rows, weights, offsets = words
        starts = offsets[:-1]
        costs = self.costs[rows]
        u = self.nearest[rows]
        v = np.minimum.reduceat(costs - u[:, None].astype("float32"), starts, axis=0)
        first = np.add.reduceat(weights * u, starts) + v @ self.query.weights
        v = np.minimum.reduceat(costs, starts, axis=0)
        costs -= np.repeat(v, np.diff(offsets), axis=0)
        second = np.add.reduceat(weights * costs.min(axis=1), starts) + v @ self.query.weights
        return np.maximum(first, second) * (1 - SUM_ROUNDING)


def _products(x: np.ndarray, y: np.ndarray, *, out: np.ndarray) -> None:
    """Computes `x @ y` in slices that stay in this thread."""
    rows, width = x.shape
    columns = y.shape[1]
    size = THREAD_PRODUCT // (width * columns) if columns > 1 else THREAD_VECTOR_PRODUCT // width
    size = max(size, 8)
    whole = rows // size * size
    np.matmul(x[:whole].reshape(-1, size, width), y, out=out[:whole].reshape(-1, size, columns))
    np.matmul(x[whole:], y, out=out[whole:])


def _lower_costs_from_products(products: np.ndarray, squares: np.ndarray, *, query: Query, width: int) -> None:
    """Turns scalar products into costs, in place, lowered by the largest rounding error of a sum of `width` terms."""
    margin = ROUNDING * (width + 16)
    if query.cost == "euclidean":
        y_squares = (query.points**2).sum(axis=1).astype("float32")
        products *= -2
        products += (squares[:, None] + y_squares) * np.float32(1 - margin) - np.float32(4 * width * TINY)
        np.maximum(products, 0, out=products)
        np.sqrt(products, out=products)
    else:
        is_tiny = squares < SMALLEST_SQUARED_NORM
        products /= -np.sqrt(np.where(is_tiny, np.inf, squares))[:, None]
        products += np.float32(1 - margin)
        np.maximum(products, 0, out=products)
        products[is_tiny] = 0
    products *= np.float32(1 - 8 * ROUNDING)
