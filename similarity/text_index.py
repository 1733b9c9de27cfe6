"""Exact nearest-neighbour search among texts by WMD, WRD or the cosine of means."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np

from ..data.check_counts import is_whole_number
from ..data.text.check_texts import described
from ..data.writer_lock import WriterLock
from .check_arguments import check_choice, check_list, number_array
from .ground_costs import Cost
from .index_io import TextLines, load_index, open_segment, save_index
from .index_listing import read_listing, segment_folder
from .index_segment import MAX_MAGNITUDE, Query, Segment, TextWords, text_distances
from .nearest_search import NearestSearch
from .packed_texts import PackedTexts, Pooling, Weighting, pack_texts
from .word_table import WordTable

BLOCK_SIZE = 2**14
PACK_SIZE = 2**12


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

    Lower bounds of all distances are computed first, by one product of the query's words and the table of distinct
    vectors. A tighter bound is computed for texts whose first bound is low enough to change the answer, and the
    transport for those whose second bound is. The answer equals that of computing every distance. Vectors are kept as
    float32; each distinct vector is stored once for the whole index.

    Args:
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`, for texts without weights. Euclidean and uniform is WMD; cosine and norm is
            WRD.
        pooling: `"none"`, or `"mean"`: a text is the weighted mean of its vectors, rounded to float32. With cosine
            costs the distance is 1 minus the cosine of the means.
        model: Name of the model that makes the vectors. Vectors of another model are rejected.

    Attributes:
        counts: Numbers of pairs of query and text, of tighter bounds computed, and of transports computed.

    Raises:
        ValueError: `cost`, `weighting` or `pooling` is unknown, or `model` is no string.

    Example:

    >>> index = TextIndex()
    >>> index.add([[[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0]], [[9.0, 9.0]]], texts=["a", "b", "c"])
    >>> index.top_k(np.array([[3.0, 4.0]]), k=2)
    [Match(number=1, distance=0.0, text='b'), Match(number=0, distance=2.5, text='a')]

    Reference:
        Kusner et al., From Word Embeddings To Document Distances, 2015, section 4 (prefetch and prune).
    """

    def __init__(
        self,
        *,
        cost: Cost = "euclidean",
        weighting: Weighting = "uniform",
        pooling: Pooling = "none",
        model: str | None = None,
    ):
        check_choice(cost, "cost", get_args(Cost))
        check_choice(weighting, "weighting", get_args(Weighting))
        check_choice(pooling, "pooling", get_args(Pooling))
        if not isinstance(model, str | None):
            raise ValueError(f"Expected model to be a name, or None. Received: {described(model)}.")
        self.cost: Cost = cost
        self.weighting: Weighting = weighting
        self.pooling: Pooling = pooling
        self.model = model
        self.counts = {"pairs": 0, "bounds": 0, "transport": 0}
        self._table = WordTable()
        self._segments: list[Segment] = []
        self._saved: list[dict] = []  # the entries in index.json of the first segments

    def __len__(self) -> int:
        return sum(map(len, self._segments))

    @property
    def width(self) -> int | None:
        """Width of the vectors, None for an empty index."""
        return self._table.width

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
        check_list(vectors, "vectors", expected="a list of vectors [words, d]")
        for name, given in (("texts", texts), ("weights", weights)):
            if given is not None:
                check_list(given, name, expected="a list")
                if len(given) != len(vectors):
                    raise ValueError(f"Expected {len(vectors)} {name}. Received: {len(given)}.")
        table = self._table.copy()
        parts = []
        for start in range(0, max(len(vectors), 1), PACK_SIZE):
            own_weights = None if weights is None else weights[start : start + PACK_SIZE]
            own_vectors = vectors[start : start + PACK_SIZE]
            packed = self._pack(
                own_vectors, weights=own_weights, name="vectors", model=model, width=table.width, start=start
            )
            parts.append(TextWords.build(packed, table))
        block = table.join_blocks(len(self._table.blocks))
        entries = [None] * len(vectors) if texts is None else list(texts)
        self._segments.append(Segment(vectors=block, words=TextWords.join(parts), texts=entries))
        self._table = table

    def extend(self, other: "TextIndex") -> None:
        """Adds the texts of another index after those of this one. Both then share one table of distinct vectors.

        Args:
            other: An index of the same settings. Its files are read from where they are.

        Raises:
            ValueError: The other index has other settings. Nothing is added.

        Example:

        >>> index, more = TextIndex(), TextIndex()
        >>> index.add([[[0.0, 0.0]], [[9.0, 9.0]]], texts=["a", "b"])
        >>> more.add([[[3.0, 4.0]]], texts=["c"])
        >>> index.extend(more)
        >>> [match.text for match in index.top_k(np.array([[3.0, 4.0]]), k=2)]
        ['c', 'a']
        """
        if not isinstance(other, TextIndex):
            raise ValueError(f"Expected other to be a TextIndex. Received: {described(other)}.")
        names = ("cost", "weighting", "pooling", "model", *(("width",) if len(self) and len(other) else ()))
        for name in names:
            ours, theirs = getattr(self, name), getattr(other, name)
            if ours != theirs:
                raise ValueError(f"Expected an index of {name} {ours}, as this one. Received: {theirs}.")
        table = self._table.copy()
        rows = np.concatenate([np.empty(0, "int64"), *(table.merge(segment.vectors) for segment in other._segments)])
        blocks = table.blocks[len(self._table.blocks) :]
        self._segments += [
            Segment(
                vectors=block,
                words=segment.words._replace(rows=rows[segment.words.rows].astype("int32")),
                texts=segment.texts,
            )
            for block, segment in zip(blocks, other._segments, strict=True)
        ]
        self._table = table

    def top_k(self, query, k: int = 10, *, weights=None, model: str | None = None, max_distance: Any = np.inf):
        """Finds the `k` nearest texts, nearest first, ties by number.

        The matches of several indexes, merged by distance, are those of one index of all their texts. The distance of
        the k-th match of one index may be passed to the next as `max_distance`, which saves work there.

        Args:
            query: An array `[words, d]`, or a list of arrays for several queries.
            k: Number of matches, from 1 to the size of the index.
            weights: float `[words]`, or a list of them. Replaces the index's weighting.
            model: Name of the model that made the vectors.
            max_distance: Largest distance of a match, or a list of them. There may then be fewer than `k` matches.

        Returns:
            A list of `Match`; for a list of queries, a list of such lists.

        Raises:
            ValueError: `k` is out of range, the vectors have another width or model, a distance is NaN, or `pack_texts`
                rejects a query.
        """
        if isinstance(query, np.ndarray):
            own_weights = None if weights is None else [weights]
            return self.top_k([query], k, weights=own_weights, model=model, max_distance=[max_distance])[0]
        if not is_whole_number(k) or not 1 <= k <= len(self):
            raise ValueError(f"Expected k from 1 to {len(self)}, the size of the index. Received: {described(k)}.")
        check_list(query, "query", expected="an array [words, d] or a list of them")
        limits = number_array(max_distance, "max_distance", expected="a number, or one for each query")
        if limits.shape not in ((), (len(query),)) or np.isnan(limits).any():
            received = described(max_distance)
            raise ValueError(f"Expected max_distance to be a number, or one for each query. Received: {received}.")
        limits = np.broadcast_to(limits.astype("float64"), len(query))
        results = []
        for one, limit in zip(self._queries(query, weights=weights, model=model), limits, strict=True):
            search = NearestSearch(self._segments, self._table, k=k, max_distance=limit)
            search.run(one)
            for name, count in search.counts.items():
                self.counts[name] += count
            found = zip(search.numbers.tolist(), search.distances.tolist(), strict=True)
            results.append(
                [Match(number=number, distance=distance, text=self._text(number)) for number, distance in found]
            )
        return results

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
                text_distances(
                    segment.words.take(np.arange(start, min(start + BLOCK_SIZE, len(segment)))), one, table=self._table
                )
                for segment in self._segments
                for start in range(0, len(segment), BLOCK_SIZE)
            ]
        )

    def save(self, folder, details: dict | None = None, *, lock: WriterLock | None = None) -> None:
        """Writes the index into a folder, and from then on reads vectors from there.

        Segments that the folder holds already are not written again. Who has loaded the index before keeps seeing it as
        it was.

        Args:
            folder: A new or empty folder, or one that holds this index as it was loaded or saved before.
            details: Anything JSON can hold, saved with the index.
            lock: The lock of the folder, if the caller holds it. None: the folder is locked during the call.

        Raises:
            ValueError: The folder holds other files or another index, the index in it has changed since it was loaded,
                or another process is writing it.
        """
        Path(folder).mkdir(parents=True, exist_ok=True)
        with contextlib.nullcontext() if lock else WriterLock(folder):
            settings = {
                "cost": self.cost,
                "weighting": self.weighting,
                "pooling": self.pooling,
                "model": self.model,
                "width": self.width,
                "details": {} if details is None else details,
            }
            self._saved = save_index(folder, settings=settings, segments=self._segments, saved=self._saved)
        for number, entry in enumerate(self._saved):
            path = segment_folder(folder, number)
            self._segments[number] = open_segment(path, entry, width=self.width or 0, check=False)
        self._table = self._table.copy([segment.vectors for segment in self._segments])

    @classmethod
    def load(cls, folder) -> "TextIndex":
        """Opens a saved index and compares its checksums. Its arrays stay on disk and are read as needed.

        Args:
            folder: The folder of the index.

        Raises:
            ValueError: The folder is not an index, or the index is damaged.
        """
        listing, segments = load_index(folder)
        index = cls(**{name: listing[name] for name in ("cost", "weighting", "pooling", "model")})
        index._segments, index._saved = segments, listing["segments"]
        index._table = WordTable([segment.vectors for segment in segments])
        return index

    @staticmethod
    def details(folder) -> dict:
        """Returns the details that `save` wrote with the index."""
        return read_listing(folder)["details"]

    def _queries(self, queries: Sequence, *, weights: Sequence | None, model: str | None = None) -> list[Query]:
        if weights is None:
            weights = [None] * len(queries)
        else:
            check_list(weights, "weights", expected="a list of weights [words]")
            if len(weights) != len(queries):
                raise ValueError(f"Expected weights for each of {len(queries)} queries. Received: {len(weights)}.")
            weights = [[one] for one in weights]
        packed = [
            self._pack([query], weights=query_weights, name="query", model=model, width=self.width, start=number)
            for number, (query, query_weights) in enumerate(zip(queries, weights, strict=True))
        ]
        return [Query.build(one, cost=self.cost) for one in packed]

    def _pack(
        self,
        vectors: Sequence,
        *,
        weights: Sequence | None,
        name: str,
        model: str | None,
        width: int | None,
        start: int,
    ) -> PackedTexts:
        if None not in (model, self.model) and model != self.model:
            raise ValueError(f"Expected vectors of the index's model, {self.model}. Received: those of {model}.")
        packed = pack_texts(vectors, weights, weighting=self.weighting, pooling=self.pooling, name=name, start=start)
        if width not in (None, packed.vectors.shape[1]):
            raise ValueError(f"Expected vectors of width {width}. Received: {packed.vectors.shape[1]}.")
        if np.abs(packed.vectors).max() > MAX_MAGNITUDE:
            raise ValueError(f"Expected numbers up to {MAX_MAGNITUDE:g}. Received: {np.abs(packed.vectors).max():g}.")
        return packed

    def place(self, number: int) -> str:
        """Returns where the entry of a text is stored, file and line, for messages."""
        segment, own = self._segment_of(number)
        return segment.texts.place(own) if isinstance(segment.texts, TextLines) else f"text {number}"

    def _text(self, number: int) -> Any:
        segment, own = self._segment_of(number)
        return segment.texts[own]

    def _segment_of(self, number: int) -> tuple[Segment, int]:
        """Returns the segment of a text, and its number there."""
        for segment in self._segments:
            if number < len(segment):
                return segment, number
            number -= len(segment)
        raise IndexError(number)
