"""A part of an index: texts that were added together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from .ground_costs import Cost, points
from .packed_texts import PackedTexts
from .transport import transport_costs

ROUNDING = float(np.finfo("float32").eps)


@dataclass
class Segment:
    """Texts as rows of a table of distinct vectors; arrays in memory or memory-mapped.

    Attributes:
        vectors: float32 `[rows, d]`, distinct.
        rows: int32 `[words]`, the row of each word; the words of a text are distinct and in the order of their rows.
        weights: float64 `[words]`, positive, sum 1 in each text.
        offsets: int64 `[texts + 1]`, where each text's words begin.
        centroids: float32 `[texts, p]`, the weighted mean of each text's points.
        texts: what the search shows, one a text.
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
    def build(cls, packed: PackedTexts, texts: Sequence, cost: Cost) -> "Segment":
        """A segment in memory: equal vectors are stored once, equal words of a text are one word."""
        found: dict[bytes, int] = {}
        vectors = packed.vectors.astype("float32") + np.float32(0)  # -0 becomes 0
        rows = np.array([found.setdefault(vector.tobytes(), len(found)) for vector in vectors], "int64")
        in_order = sorted(found)  # so that the words of a text stand in one order, whatever was added beside it
        table = np.frombuffer(b"".join(in_order), "float32").reshape(len(found), vectors.shape[1])
        places = np.empty(len(found), "int64")
        places[[found[vector] for vector in in_order]] = np.arange(len(found))
        rows = places[rows]
        text = np.repeat(np.arange(len(packed)), np.diff(packed.offsets))
        keys, places = np.unique(text * len(table) + rows, return_inverse=True)
        weights = np.bincount(places, packed.weights)
        keys, weights = keys[weights > 0], weights[weights > 0]
        offsets = np.searchsorted(keys, np.arange(len(packed) + 1) * len(table))
        rows = keys % len(table)
        where = points(table.astype("float64"), cost)
        centroids = np.empty((len(packed), where.shape[1]), "float32")
        for i in range(len(packed)):
            words = slice(offsets[i], offsets[i + 1])
            centroids[i] = weights[words] @ where[rows[words]]
        return cls(table, rows.astype("int32"), weights, offsets, centroids, texts)

    def distances(self, query: "Query", texts: np.ndarray) -> np.ndarray:
        """Exact distances of the query from the texts of these numbers."""
        words, starts = self.words(texts)
        rows, places = np.unique(self.rows[words], return_inverse=True)
        where = points(self.vectors[rows].astype("float64"), query.cost)
        metric, factor = ("euclidean", 1.0) if query.cost == "euclidean" else ("sqeuclidean", 0.5)
        costs = factor * cdist(where, query.points, metric)[places]  # the same bits whatever the other texts are
        _refuse_damaged(costs, "vectors")
        weights = self.weights[words]
        bounds = [*starts.tolist(), len(words)]
        slices = map(slice, bounds, bounds[1:])
        return transport_costs((weights[text], query.weights, costs[text]) for text in slices)

    def words(self, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of the words of some texts, and where each text begins among them."""
        begins = self.offsets[texts]
        lengths = self.offsets[texts + 1] - begins
        ends = np.cumsum(lengths)
        starts = ends - lengths
        return np.arange(ends[-1]) + np.repeat(begins - starts, lengths), starts

    def centroid_bounds(self, centroids: np.ndarray, cost: Cost) -> np.ndarray:
        """Lower bounds `[texts, queries]` of the distances from queries with these centroids `[queries, p]`."""
        squares = _lowered_squares(self.centroids, self._centroid_squares, centroids)
        _refuse_damaged(squares, "centroids")
        return _costs(squares, cost)

    @cached_property
    def _centroid_squares(self) -> np.ndarray:
        return _squares(self.centroids)


class Query(NamedTuple):
    """A query in the form in which texts are stored: distinct words, float32 values."""

    points: np.ndarray
    weights: np.ndarray
    cost: Cost

    @classmethod
    def build(cls, packed: PackedTexts, cost: Cost) -> "Query":
        segment = Segment.build(packed, [None], cost)
        where = points(segment.vectors[segment.rows].astype("float64"), cost)
        return cls(where, segment.weights, cost)


class RelaxedBounds:
    """Lower bounds of a query's distances from the texts of a segment: every word goes to its nearest one.

    Costs are computed in float32, lowered by what rounding may add, for each row of the table when first needed.
    """

    def __init__(self, segment: Segment, query: Query):
        self.segment, self.query = segment, query
        self.query_points = query.points.astype("float32")
        self.costs = np.empty((len(segment.vectors), len(query.points)), "float32")
        self.nearest = np.empty(len(segment.vectors), "float32")
        self.known = np.zeros(len(segment.vectors), bool)

    def __call__(self, texts: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
        """The texts of which no bound is above `limit`, and their bounds."""
        words, starts = self.segment.words(texts)
        rows = self.segment.rows[words]
        self._compute(rows)
        bounds = np.add.reduceat(self.segment.weights[words] * self.nearest[rows], starts)
        _refuse_damaged(bounds, "vectors")
        kept = bounds <= limit
        if not kept.any():
            return texts[kept], bounds[kept]
        texts, bounds = texts[kept], bounds[kept]
        words, starts = self.segment.words(texts)
        costs = np.minimum.reduceat(self.costs[self.segment.rows[words]], starts, axis=0)
        bounds = np.maximum(bounds, costs @ self.query.weights)
        kept = bounds <= limit
        return texts[kept], bounds[kept]

    def _compute(self, rows: np.ndarray) -> None:
        needed = np.zeros(len(self.known), bool)
        needed[rows] = True
        needed = np.flatnonzero(needed & ~self.known)
        if needed.size:
            where = points(self.segment.vectors[needed], self.query.cost).astype("float32", copy=False)
            costs = _costs(_lowered_squares(where, _squares(where), self.query_points), self.query.cost)
            self.costs[needed], self.nearest[needed] = costs, costs.min(axis=1)
            self.known[needed] = True


def _refuse_damaged(numbers: np.ndarray, name: str) -> None:
    if not np.isfinite(numbers).all():
        raise ValueError(f"Expected finite {name} in the index. Received: a damaged index, with others.")


def _squares(x: np.ndarray) -> np.ndarray:
    return np.einsum("nd,nd->n", x, x)


def _lowered_squares(x: np.ndarray, x_squares: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Squared distances in float32, lowered by the largest rounding error of their scalar products.

    einsum stays in this thread; the threads of a matrix product cost more than they save where the cores are busy.
    """
    scale = x_squares[:, None] + _squares(y)
    scale *= 1 - ROUNDING * (x.shape[1] + 16)
    scale -= np.einsum("nd,qd->nq", x, 2 * y)
    return np.maximum(scale, 0, out=scale)


def _costs(squares: np.ndarray, cost: Cost) -> Any:
    if cost == "cosine":
        squares *= 0.5
    else:
        np.sqrt(squares, out=squares)
    squares *= 1 - 8 * ROUNDING
    return squares
