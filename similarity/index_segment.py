"""Segment of an index: texts added together, their distances from a query, and lower bounds of those."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from .ground_costs import Cost, costs_from_squares, points
from .packed_texts import PackedTexts
from .squared_distances import squared_norms
from .transport import transport_costs

ROUNDING = float(np.finfo("float32").eps)


@dataclass
class Segment:
    """Texts as rows of a table of distinct vectors. The arrays are in memory or memory-mapped.

    Attributes:
        vectors: float32 `[rows, d]`. Distinct vectors.
        rows: int32 `[words]`. The row of each word. The words of a text are distinct and ordered by row.
        weights: float64 `[words]`. Positive weights that sum to 1 in each text.
        offsets: int64 `[texts + 1]`. Where the words of each text begin.
        centroids: float32 `[texts, p]`. The weighted mean of each text's points.
        texts: One entry per text, which `Match.text` returns.
    """

    vectors: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray
    centroids: np.ndarray
    texts: Sequence

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def build(cls, packed: PackedTexts, *, texts: Sequence, cost: Cost) -> "Segment":
        """Builds a segment in memory. Equal vectors are stored once; equal words of a text become one word."""
        first_seen: dict[bytes, int] = {}
        vectors = packed.vectors.astype("float32") + np.float32(0)  # -0 becomes 0
        word_ids = np.array([first_seen.setdefault(vector.tobytes(), len(first_seen)) for vector in vectors], "int64")
        in_order = sorted(first_seen)  # the order of a text's words does not depend on the other texts
        table = np.frombuffer(b"".join(in_order), "float32").reshape(len(in_order), vectors.shape[1])
        row_of_id = np.empty(len(in_order), "int64")
        row_of_id[[first_seen[vector] for vector in in_order]] = np.arange(len(in_order))
        text_of_word = np.repeat(np.arange(len(packed)), np.diff(packed.offsets))
        keys, inverse = np.unique(text_of_word * len(table) + row_of_id[word_ids], return_inverse=True)
        weights = np.bincount(inverse, packed.weights)
        keys, weights = keys[weights > 0], weights[weights > 0]
        offsets = np.searchsorted(keys, np.arange(len(packed) + 1) * len(table))
        rows = keys % len(table)
        table_points = points(table.astype("float64"), cost)
        centroids = np.empty((len(packed), table_points.shape[1]), "float32")
        for i in range(len(packed)):
            words = slice(offsets[i], offsets[i + 1])
            centroids[i] = weights[words] @ table_points[rows[words]]
        return cls(
            vectors=table,
            rows=rows.astype("int32"),
            weights=weights,
            offsets=offsets,
            centroids=centroids,
            texts=texts,
        )

    def distances(self, query: "Query", texts: np.ndarray) -> np.ndarray:
        """Computes exact distances.

        Args:
            query: `Query`.
            texts: int `[n]`. Indices of texts in the segment.

        Returns:
            float64 `[n]`.
        """
        words, starts = self.word_positions(texts)
        rows, inverse = np.unique(self.rows[words], return_inverse=True)
        row_points = points(self.vectors[rows].astype("float64"), query.cost)
        metric, factor = ("euclidean", 1.0) if query.cost == "euclidean" else ("sqeuclidean", 0.5)
        costs = factor * cdist(row_points, query.points, metric)[inverse]  # same bits whatever the other texts are
        _require_finite(costs, "vectors")
        weights = self.weights[words]
        boundaries = [*starts.tolist(), len(words)]
        slices = map(slice, boundaries, boundaries[1:])
        return transport_costs((weights[text], query.weights, costs[text]) for text in slices)

    def word_positions(self, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the positions of the words of some texts in `rows`, and where each text begins among them."""
        begins = self.offsets[texts]
        lengths = self.offsets[texts + 1] - begins
        ends = np.cumsum(lengths)
        starts = ends - lengths
        return np.arange(ends[-1]) + np.repeat(begins - starts, lengths), starts

    def centroid_bounds(self, centroids: np.ndarray, cost: Cost) -> np.ndarray:
        """Computes lower bounds of the distances of all texts from queries.

        Args:
            centroids: float32 `[queries, p]`. Centroids of the queries.
            cost: Cost of the index.

        Returns:
            float32 `[texts, queries]`.
        """
        squares = _lowered_squares(self.centroids, centroids, x_squares=self._centroid_squares)
        _require_finite(squares, "centroids")
        return _lowered_costs(squares, cost)

    @cached_property
    def _centroid_squares(self) -> np.ndarray:
        return squared_norms(self.centroids)


class Query(NamedTuple):
    """Query in the form of the stored texts: distinct words with float32 values.

    Attributes:
        points: float64 `[words, p]`.
        weights: float64 `[words]`.
        cost: Cost of the index.
    """

    points: np.ndarray
    weights: np.ndarray
    cost: Cost

    @classmethod
    def build(cls, packed: PackedTexts, *, cost: Cost) -> "Query":
        segment = Segment.build(packed, texts=[None], cost=cost)
        vectors = segment.vectors[segment.rows].astype("float64")
        return cls(points=points(vectors, cost), weights=segment.weights, cost=cost)


class RelaxedBounds:
    """Relaxed lower bounds of a query's distances from the texts of a segment: every word moves to its nearest word.

    Costs are computed in float32 and lowered by the possible rounding error. Each row of the table is computed once,
    when it is first needed.
    """

    def __init__(self, segment: Segment, query: Query):
        self.segment, self.query = segment, query
        self.query_points = query.points.astype("float32")
        self.costs = np.empty((len(segment.vectors), len(query.points)), "float32")
        self.nearest = np.empty(len(segment.vectors), "float32")
        self.is_computed = np.zeros(len(segment.vectors), bool)

    def __call__(self, texts: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
        """Returns the texts whose bound is at most `limit`, and their bounds."""
        words, starts = self.segment.word_positions(texts)
        rows = self.segment.rows[words]
        self._compute(rows)
        bounds = np.add.reduceat(self.segment.weights[words] * self.nearest[rows], starts)
        _require_finite(bounds, "vectors")
        kept = bounds <= limit
        if not kept.any():
            return texts[kept], bounds[kept]
        texts, bounds = texts[kept], bounds[kept]
        words, starts = self.segment.word_positions(texts)
        costs = np.minimum.reduceat(self.costs[self.segment.rows[words]], starts, axis=0)
        bounds = np.maximum(bounds, costs @ self.query.weights)
        kept = bounds <= limit
        return texts[kept], bounds[kept]

    def _compute(self, rows: np.ndarray) -> None:
        is_needed = np.zeros(len(self.is_computed), bool)
        is_needed[rows] = True
        new = np.flatnonzero(is_needed & ~self.is_computed)
        if new.size:
            row_points = points(self.segment.vectors[new], self.query.cost).astype("float32", copy=False)
            squares = _lowered_squares(row_points, self.query_points, x_squares=squared_norms(row_points))
            costs = _lowered_costs(squares, self.query.cost)
            self.costs[new], self.nearest[new] = costs, costs.min(axis=1)
            self.is_computed[new] = True


def _require_finite(numbers: np.ndarray, name: str) -> None:
    if not np.isfinite(numbers).all():
        raise ValueError(f"Expected finite {name} in the index. Received: NaN or infinity; build the index again.")


def _lowered_squares(x: np.ndarray, y: np.ndarray, *, x_squares: np.ndarray) -> np.ndarray:
    """Computes squared distances in float32, lowered by the largest rounding error of their scalar products.

    einsum stays in this thread. The threads of a matrix product cost more than they save on busy cores.
    """
    squares = x_squares[:, None] + squared_norms(y)
    squares *= 1 - ROUNDING * (x.shape[1] + 16)
    squares -= np.einsum("nd,qd->nq", x, 2 * y)
    return np.maximum(squares, 0, out=squares)


def _lowered_costs(squares: np.ndarray, cost: Cost) -> np.ndarray:
    costs = costs_from_squares(squares, cost)
    costs *= 1 - 8 * ROUNDING
    return costs
