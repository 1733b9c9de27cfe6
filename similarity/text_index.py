"""Exact nearest-neighbour search among texts by WMD or WRD."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .ground_costs import Cost, check_cost
from .index_io import load_index, read_listing, save_index
from .index_segment import Query, RelaxedBounds, Segment
from .packed_texts import PackedTexts, Weighting, check_weighting, pack_texts

MAX_MAGNITUDE = 1e15
FIRST_CANDIDATES = 64
BLOCK_SIZE = 2**14
TRANSPORT_BATCH = 16
QUERY_BATCH = 64


class Match(NamedTuple):
    """Text found by a search.

    Attributes:
        number: Number of the text in the index.
        distance: Its distance from the query.
        text: The text's entry of `TextIndex.add(texts=...)`.
    """

    number: int
    distance: float
    text: Any


class TextIndex:
    """Index of texts for exact nearest-neighbour search.

    Candidates are ordered by the distance of their centroids. The relaxed bound is computed only for candidates whose
    centroid is near enough to change the answer, and the transport only for those whose relaxed bound is. The answer
    equals that of computing every distance. Vectors are kept as float32; each distinct vector is stored once.

    Args:
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`, for texts without weights. Euclidean and uniform is WMD; cosine and norm is
            WRD.
        model: Name of the model that makes the vectors. Vectors of another model are rejected.

    Attributes:
        counts: Numbers of pairs of query and text, of relaxed bounds computed, and of transports computed.

    Raises:
        ValueError: `cost` or `weighting` is unknown.

    Example:

    >>> index = TextIndex()
    >>> index.add([[[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0]], [[9.0, 9.0]]], texts=["a", "b", "c"])
    >>> index.top_k(np.array([[3.0, 4.0]]), k=2)
    [Match(number=1, distance=0.0, text='b'), Match(number=0, distance=2.5, text='a')]

    Reference:
        Kusner et al., From Word Embeddings To Document Distances, 2015, section 4 (prefetch and prune).
    """

    def __init__(self, *, cost: Cost = "euclidean", weighting: Weighting = "uniform", model: str | None = None):
        check_cost(cost)
        check_weighting(weighting)
        self.cost: Cost = cost
        self.weighting: Weighting = weighting
        self.model = model
        self.counts = {"pairs": 0, "relaxed": 0, "transport": 0}
        self._segments: list[Segment] = []

    def __len__(self) -> int:
        return sum(map(len, self._segments))

    @property
    def width(self) -> int | None:
        """Width of the vectors, None for an empty index."""
        return self._segments[0].vectors.shape[1] if self._segments else None

    def add(
        self,
        vectors: Sequence,
        *,
        weights: Sequence | None = None,
        texts: Sequence | None = None,
        model: str | None = None,
    ) -> None:
        """Adds texts as one segment. Few large segments are searched faster than many small ones.

        Args:
            vectors: A list of float `[words, d]`.
            weights: A list of float `[words]`, such as IDF. Replaces the index's weighting.
            texts: Entries that `Match.text` returns: strings, or anything that JSON can hold.
            model: Name of the model that made the vectors.

        Raises:
            ValueError: The vectors have another width or model, or `pack_texts` rejects a text. Nothing is added.
        """
        packed = self._pack(vectors, weights=weights, name="vectors", model=model)
        if texts is not None and len(texts) != len(vectors):
            raise ValueError(f"Expected {len(vectors)} texts. Received: {len(texts)}.")
        entries = list(texts or [None] * len(vectors))
        self._segments.append(Segment.build(packed, texts=entries, cost=self.cost))

    def top_k(self, query, k: int = 10, *, weights=None, model: str | None = None):
        """Finds the `k` nearest texts, nearest first, ties by number.

        Args:
            query: An array `[words, d]`, or a list of arrays for several queries.
            k: Number of matches, from 1 to the size of the index.
            weights: float `[words]`, or a list of them. Replaces the index's weighting.
            model: Name of the model that made the vectors.

        Returns:
            A list of `Match`; for a list of queries, a list of such lists.

        Raises:
            ValueError: `k` is out of range, the vectors have another width or model, or `pack_texts` rejects a query.
        """
        if isinstance(query, np.ndarray):
            return self.top_k([query], k, weights=None if weights is None else [weights], model=model)[0]
        if not 1 <= k <= len(self):
            raise ValueError(f"Expected k from 1 to {len(self)}, the size of the index. Received: {k}.")
        queries = self._queries(query, weights=weights, model=model)
        searches = [_NearestSearch(k) for _ in queries]
        first = 0
        for segment in self._segments:
            for start in range(0, len(queries), QUERY_BATCH):
                batch = slice(start, start + QUERY_BATCH)
                centroids = np.array([one.weights @ one.points for one in queries[batch]], "float32")
                bounds = segment.centroid_bounds(centroids, self.cost).T
                for search, one, row in zip(searches[batch], queries[batch], bounds, strict=True):
                    search.search(segment, one, first=first, bounds=row)
            first += len(segment)
        for search in searches:
            for name, count in search.counts.items():
                self.counts[name] += count
        return [
            [Match(number=number, distance=distance, text=self._text(number)) for distance, number in search.sorted()]
            for search in searches
        ]

    def distances(self, query: np.ndarray, *, weights=None) -> np.ndarray:
        """Computes the distance of a query from every text.

        Args:
            query: float `[words, d]`.
            weights: float `[words]`. Replaces the index's weighting.

        Returns:
            float64 `[texts]`, in the order of the texts' numbers.
        """
        one = self._queries([query], weights=None if weights is None else [weights])[0]
        return np.concatenate(
            [
                segment.distances(one, np.arange(start, min(start + BLOCK_SIZE, len(segment))))
                for segment in self._segments
                for start in range(0, len(segment), BLOCK_SIZE)
            ]
        )

    def save(self, folder, details: dict | None = None) -> None:
        """Writes the index into a folder, and from then on reads vectors from there.

        Segments that the folder holds already are not written again.

        Args:
            folder: A new or empty folder, or the index's own.
            details: Anything JSON can hold, saved with the index.

        Raises:
            ValueError: The folder holds other files or another index.
        """
        self._segments = save_index(self, folder, segments=self._segments, details=details or {})

    @classmethod
    def load(cls, folder) -> "TextIndex":
        """Opens a saved index. Its arrays stay on disk and are read as needed.

        Args:
            folder: The folder of the index.

        Raises:
            ValueError: The folder is not an index, or the index is damaged.
        """
        settings, segments = load_index(folder)
        index = cls(cost=settings["cost"], weighting=settings["weighting"], model=settings["model"])
        index._segments = segments
        return index

    @staticmethod
    def details(folder) -> dict:
        """Returns the details that `save` wrote with the index."""
        return read_listing(folder)["details"]

    def _queries(self, queries: Sequence, *, weights: Sequence | None, model: str | None = None) -> list[Query]:
        weights = [None] * len(queries) if weights is None else [[one] for one in weights]
        packed = [
            self._pack([query], weights=query_weights, name="query", model=model, start=number)
            for number, (query, query_weights) in enumerate(zip(queries, weights, strict=True))
        ]
        return [Query.build(one, cost=self.cost) for one in packed]

    def _pack(
        self, vectors: Sequence, *, weights: Sequence | None, name: str, model: str | None, start: int = 0
    ) -> PackedTexts:
        packed = pack_texts(vectors, weights, weighting=self.weighting, name=name, start=start)
        if self.width not in (None, packed.vectors.shape[1]):
            raise ValueError(f"Expected vectors of width {self.width}. Received: {packed.vectors.shape[1]}.")
        if None not in (model, self.model) and model != self.model:
            raise ValueError(f"Expected vectors of the index's model, {self.model}. Received: those of {model}.")
        if np.abs(packed.vectors).max() > MAX_MAGNITUDE:
            raise ValueError(f"Expected numbers up to {MAX_MAGNITUDE:g}. Received: {np.abs(packed.vectors).max():g}.")
        return packed

    def _text(self, number: int) -> Any:
        for segment in self._segments:
            if number < len(segment):
                return segment.texts[number]
            number -= len(segment)
        raise IndexError(number)


class _NearestSearch:
    """Search for the nearest texts of one query, segment by segment."""

    def __init__(self, k: int):
        self.k, self.limit = k, np.inf
        self.distances, self.numbers = np.empty(0), np.empty(0, "int64")
        self.counts = {"pairs": 0, "relaxed": 0, "transport": 0}

    def sorted(self) -> list[tuple[float, int]]:
        return list(zip(self.distances.tolist(), self.numbers.tolist(), strict=True))

    def search(self, segment: Segment, query: Query, *, first: int, bounds: np.ndarray) -> None:
        """Searches a segment in the order of the centroid bounds.

        Args:
            segment: `Segment`.
            query: `Query`.
            first: Number of the segment's first text in the index.
            bounds: float32 `[texts]`. The centroid bounds.
        """
        self.counts["pairs"] += len(segment)
        relaxed = RelaxedBounds(segment, query)
        size = min(max(FIRST_CANDIDATES, self.k), len(bounds))
        near = np.argpartition(bounds, size - 1)[:size]
        self._refine(relaxed, near[bounds[near] <= self.limit], first=first)
        is_left = bounds <= self.limit
        is_left[near] = False
        rest = np.flatnonzero(is_left)
        if len(rest) > BLOCK_SIZE:
            rest = rest[np.argsort(bounds[rest])]
        for start in range(0, len(rest), BLOCK_SIZE):
            block = rest[start : start + BLOCK_SIZE]
            self._refine(relaxed, block[bounds[block] <= self.limit], first=first)

    def _refine(self, relaxed: RelaxedBounds, texts: np.ndarray, *, first: int) -> None:
        if not texts.size:
            return
        self.counts["relaxed"] += len(texts)
        texts, bounds = relaxed(texts, self.limit)
        order = np.argsort(bounds)
        texts, bounds = texts[order], bounds[order]
        for start in range(0, len(texts), TRANSPORT_BATCH):
            batch = slice(start, start + TRANSPORT_BATCH)
            candidates = texts[batch][bounds[batch] <= self.limit]
            if not candidates.size:
                return
            self.counts["transport"] += len(candidates)
            self._merge(relaxed.segment.distances(relaxed.query, candidates), first + candidates)

    def _merge(self, distances: np.ndarray, numbers: np.ndarray) -> None:
        distances, numbers = np.append(self.distances, distances), np.append(self.numbers, numbers)
        order = np.lexsort((numbers, distances))[: self.k]
        self.distances, self.numbers = distances[order], numbers[order]
        if len(order) == self.k:
            self.limit = self.distances[-1]
