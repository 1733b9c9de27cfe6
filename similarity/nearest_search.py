"""Search for the nearest texts of one query among the segments of an index."""

from collections.abc import Sequence

import numpy as np

from .index_segment import Query, Segment, TextWords, text_distances
from .query_costs import QueryCosts
from .word_table import WordTable

FIRST_CANDIDATES = 64
FIRST_BLOCK = 2**10
LARGEST_BLOCK = 2**14
TRANSPORT_BATCH = 32


class NearestSearch:
    """Exact search for the `k` nearest texts, ties by number.

    The relaxed bound is computed for all texts at once, the dual bound for those whose relaxed bound is within the
    distance of the k-th text so far, and the transport where the dual bound is too. The texts with the lowest bounds
    come first.

    Args:
        segments: Segments of an index.
        table: Their table.
        k: Number of texts to find.
        max_distance: Largest distance of a text that is found.

    Attributes:
        distances: float64 `[at most k]`, ascending.
        numbers: int64, likewise. Numbers of the texts in the index.
        counts: Numbers of texts, of dual bounds computed, and of transports computed.
    """

    def __init__(self, segments: Sequence[Segment], table: WordTable, *, k: int, max_distance: float = np.inf):
        self.segments, self.table, self.k = segments, table, k
        self.limit = max_distance
        self.firsts = np.cumsum([0, *map(len, segments)])
        self.distances, self.numbers = np.empty(0), np.empty(0, "int64")
        self.counts = {"pairs": 0, "bounds": 0, "transport": 0}

    def run(self, query: Query) -> None:
        """Finds the nearest texts of a query."""
        costs = QueryCosts(self.table, query)
        bounds = np.concatenate([costs.relaxed_bounds(segment) for segment in self.segments])
        self.counts["pairs"] += len(bounds)
        size = min(max(FIRST_CANDIDATES, self.k), len(bounds))
        near = np.argpartition(bounds, size - 1)[:size]
        self._refine(costs, near[bounds[near] <= self.limit])
        is_left = bounds <= self.limit
        is_left[near] = False
        rest = np.flatnonzero(is_left)
        rest = rest[np.argsort(bounds[rest])]
        start, size = 0, FIRST_BLOCK
        while start < len(rest) and bounds[rest[start]] <= self.limit:
            block = rest[start : start + size]
            self._refine(costs, block[bounds[block] <= self.limit])
            start, size = start + size, min(2 * size, LARGEST_BLOCK)

    def _refine(self, costs: QueryCosts, numbers: np.ndarray) -> None:
        """Computes dual bounds, then distances in the order of the bounds."""
        if not numbers.size:
            return
        numbers = np.sort(numbers)
        bounds = costs.dual_bounds(self._words(numbers))
        self.counts["bounds"] += len(numbers)
        order = np.argsort(bounds)
        numbers, bounds = numbers[order], bounds[order]
        for start in range(0, len(numbers), TRANSPORT_BATCH):
            batch = slice(start, start + TRANSPORT_BATCH)
            candidates = np.sort(numbers[batch][bounds[batch] <= self.limit])
            if not candidates.size:
                return
            self.counts["transport"] += len(candidates)
            self._merge(text_distances(self._words(candidates), costs.query, table=self.table), candidates)

    def _words(self, numbers: np.ndarray) -> TextWords:
        """Returns the words of some texts, whose numbers ascend."""
        parts = np.split(numbers, np.searchsorted(numbers, self.firsts[1:-1]))
        owners = zip(self.segments, self.firsts[:-1], parts, strict=True)
        return TextWords.join([segment.words.take(own - first) for segment, first, own in owners if own.size])

    def _merge(self, distances: np.ndarray, numbers: np.ndarray) -> None:
        is_near = distances <= self.limit
        distances = np.append(self.distances, distances[is_near])
        numbers = np.append(self.numbers, numbers[is_near])
        order = np.lexsort((numbers, distances))[: self.k]
        self.distances, self.numbers = distances[order], numbers[order]
        if len(order) == self.k:
            self.limit = self.distances[-1]
