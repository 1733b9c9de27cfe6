"""Exact search for the nearest of many texts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .ground_costs import Cost, points
from .index_io import load_index, read_listing, save_index
from .index_segment import Query, RelaxedBounds, Segment
from .packed_texts import Weighting, pack_texts

LARGEST = 1e15
FIRST = 64
BLOCK = 2**14
STEP = 16
QUERIES = 64


class Match(NamedTuple):
    """A text that was found: its number in the index, its distance, and what was given as its text."""

    number: int
    distance: float
    text: Any


class TextIndex:
    """Many texts, and the exact nearest of them to any query.

    Candidates are ordered by the distance of centroids. The relaxed bound is computed only for those whose centroid is
    near enough to change the answer, the transport only for those whose relaxed bound is: the answer is that of
    computing every distance. Vectors are kept as float32, and each distinct one once.

    Args:
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`, of texts without weights. Euclidean and uniform: WMD; cosine and norm: WRD.
        model: name of what makes the vectors, so that those of another one are refused.

    Attributes:
        counts: how many pairs of query and text there were, and how many came to the relaxed bound and to transport.

    Example:

    >>> index = TextIndex()
    >>> index.add([[[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0]], [[9.0, 9.0]]], texts=["a", "b", "c"])
    >>> index.top_k(np.array([[3.0, 4.0]]), k=2)
    [Match(number=1, distance=0.0, text='b'), Match(number=0, distance=2.5, text='a')]

    Reference:
        Kusner et al., From Word Embeddings To Document Distances, 2015, section 4 (prefetch and prune).
    """

    def __init__(self, cost: Cost = "euclidean", weighting: Weighting = "uniform", model: str | None = None):
        points(np.zeros((1, 1)), cost)
        if weighting not in ("uniform", "norm"):
            raise ValueError(f"Expected weighting 'uniform' or 'norm'. Received: {weighting!r}.")
        self.cost: Cost = cost
        self.weighting: Weighting = weighting
        self.model = model
        self.counts = {"pairs": 0, "relaxed": 0, "transport": 0}
        self._segments: list[Segment] = []

    def __len__(self) -> int:
        return sum(map(len, self._segments))

    @property
    def width(self) -> int | None:
        """Width of the vectors, None before there are any."""
        return self._segments[0].vectors.shape[1] if self._segments else None

    def add(
        self,
        vectors: Sequence,
        weights: Sequence | None = None,
        texts: Sequence | None = None,
        model: str | None = None,
    ) -> None:
        """Adds texts, at best many at once: those added together are searched together.

        Args:
            vectors: a list of `[words, d]`.
            weights: a list of `[words]`, such as IDF, in place of the index's weighting.
            texts: what `Match.text` gives back; strings, or anything that json can hold.
            model: name of what made the vectors.

        Raises:
            ValueError: vectors of another width or model, or a text is refused by `pack_texts`; nothing was added.
        """
        packed = self._packed(vectors, weights, "vectors", model)
        if texts is not None and len(texts) != len(vectors):
            raise ValueError(f"Expected {len(vectors)} texts. Received: {len(texts)}.")
        self._segments.append(Segment.build(packed, list(texts or [None] * len(vectors)), self.cost))

    def top_k(self, query, k: int = 10, weights=None, model: str | None = None):
        """The `k` nearest texts, nearest first, ties by number.

        Args:
            query: an array `[words, d]`, or a list of such for many queries at once.
            k: how many, from 1 to the size of the index.
            weights: `[words]`, or a list of such, in place of the index's weighting.
            model: name of what made the vectors.

        Returns:
            A list of `Match`; for a list of queries a list of those.

        Raises:
            ValueError: k is out of range, vectors are of another width or model, or a query is refused by `pack_texts`.
        """
        if isinstance(query, np.ndarray):
            return self.top_k([query], k, None if weights is None else [weights], model)[0]
        if not 1 <= k <= len(self):
            raise ValueError(f"Expected k from 1 to {len(self)}, the size of the index. Received: {k}.")
        queries = self._queries(query, weights, model)
        found = [_Nearest(k) for _ in queries]
        first = 0
        for segment in self._segments:
            for start in range(0, len(queries), QUERIES):
                part = slice(start, start + QUERIES)
                centroids = np.array([one.weights @ one.points for one in queries[part]], "float32")
                bounds = segment.centroid_bounds(centroids, self.cost).T
                for nearest, one, row in zip(found[part], queries[part], bounds, strict=True):
                    nearest.search(segment, first, one, row)
            first += len(segment)
        for nearest in found:
            for name, count in nearest.counts.items():
                self.counts[name] += count
        return [
            [Match(number, distance, self._text(number)) for distance, number in nearest.sorted()] for nearest in found
        ]

    def distances(self, query: np.ndarray, weights=None) -> np.ndarray:
        """The distance of a query `[words, d]` from every text, in the order of their numbers."""
        one = self._queries([query], None if weights is None else [weights], None)[0]
        return np.concatenate(
            [
                segment.distances(one, np.arange(start, min(start + BLOCK, len(segment))))
                for segment in self._segments
                for start in range(0, len(segment), BLOCK)
            ]
        )

    def save(self, folder, details: dict | None = None) -> None:
        """Writes the index into a folder, new, empty or its own, and from then on reads vectors from there.

        Parts of the index that stand there already are not written again. `details` are kept with it, as json.
        """
        self._segments = save_index(self, self._segments, folder, details or {})

    @classmethod
    def load(cls, folder) -> "TextIndex":
        """Opens an index; its arrays stay on disk and are read as needed.

        Raises:
            ValueError: the folder is not an index, or a damaged one.
        """
        settings, segments = load_index(folder)
        index = cls(settings["cost"], settings["weighting"], settings["model"])
        index._segments = segments
        return index

    @staticmethod
    def details(folder) -> dict:
        """What `save` was given to keep with the index."""
        return read_listing(folder)["details"]

    def _queries(self, queries: Sequence, weights: Sequence | None, model: str | None) -> list[Query]:
        weights = [None] * len(queries) if weights is None else [[one] for one in weights]
        return [
            Query.build(self._packed([query], own, "query", model, number), self.cost)
            for number, (query, own) in enumerate(zip(queries, weights, strict=True))
        ]

    def _packed(self, vectors: Sequence, weights: Sequence | None, name: str, model: str | None, start: int = 0):
        packed = pack_texts(vectors, weights, self.weighting, name, start)
        if self.width not in (None, packed.vectors.shape[1]):
            raise ValueError(f"Expected vectors of width {self.width}. Received: {packed.vectors.shape[1]}.")
        if None not in (model, self.model) and model != self.model:
            raise ValueError(f"Expected vectors of the index's model, {self.model}. Received: those of {model}.")
        if np.abs(packed.vectors).max() > LARGEST:
            raise ValueError(f"Expected numbers up to {LARGEST:g}. Received: {np.abs(packed.vectors).max():g}.")
        return packed

    def _text(self, number: int) -> Any:
        for segment in self._segments:
            if number < len(segment):
                return segment.texts[number]
            number -= len(segment)
        raise IndexError(number)


class _Nearest:
    """The nearest texts that one query has found so far."""

    def __init__(self, k: int):
        self.k, self.limit = k, np.inf
        self.distances, self.numbers = np.empty(0), np.empty(0, "int64")
        self.counts = {"pairs": 0, "relaxed": 0, "transport": 0}

    def sorted(self) -> list[tuple[float, int]]:
        return list(zip(self.distances.tolist(), self.numbers.tolist(), strict=True))

    def search(self, segment: Segment, first: int, query: Query, bounds: np.ndarray) -> None:
        """Looks through a segment, whose texts have numbers from `first`, in the order of their centroids' bounds."""
        self.counts["pairs"] += len(segment)
        relaxed = RelaxedBounds(segment, query)
        size = min(max(FIRST, self.k), len(bounds))
        near = np.argpartition(bounds, size - 1)[:size]
        self._refine(segment, first, query, near[bounds[near] <= self.limit], relaxed)
        left = bounds <= self.limit
        left[near] = False
        rest = np.flatnonzero(left)
        if len(rest) > BLOCK:
            rest = rest[np.argsort(bounds[rest])]
        for start in range(0, len(rest), BLOCK):
            block = rest[start : start + BLOCK]
            self._refine(segment, first, query, block[bounds[block] <= self.limit], relaxed)

    def _refine(self, segment: Segment, first: int, query: Query, texts: np.ndarray, relaxed: RelaxedBounds) -> None:
        if not texts.size:
            return
        self.counts["relaxed"] += len(texts)
        texts, bounds = relaxed(texts, self.limit)
        order = np.argsort(bounds)
        texts, bounds = texts[order], bounds[order]
        for start in range(0, len(texts), STEP):
            step = texts[start : start + STEP][bounds[start : start + STEP] <= self.limit]
            if not step.size:
                return
            self.counts["transport"] += len(step)
            self._take(segment.distances(query, step), first + step)

    def _take(self, distances: np.ndarray, numbers: np.ndarray) -> None:
        distances, numbers = np.append(self.distances, distances), np.append(self.numbers, numbers)
        order = np.lexsort((numbers, distances))[: self.k]
        self.distances, self.numbers = distances[order], numbers[order]
        if len(order) == self.k:
            self.limit = self.distances[-1]
