"""Segment of an index: texts added together, and distances of texts from a query."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .ground_costs import Cost, points
from .packed_texts import PackedTexts
from .transport import transport_costs
from .word_table import WordTable

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MAX_MAGNITUDE = 1e15  # of a stored number; its square fits into float32


class TextWords(NamedTuple):
    """Words of texts as rows of a table of distinct vectors.

    Attributes:
        rows: int32 `[words]`. The row of each word. The words of a text are distinct. Their order depends on their
            vectors only, so that equal texts have equal distances to the last bit.
        weights: float64 `[words]`. Positive weights that sum to 1 in each text.
        offsets: int64 `[texts + 1]`. Where the words of each text begin.
    """

    rows: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray

    @classmethod
    def build(cls, packed: PackedTexts, table: WordTable) -> "TextWords":
        """Adds the vectors of texts to a table. Equal words of a text become one word."""
        rows, keys = table.add(packed.vectors.astype("float32") + np.float32(0))  # -0 becomes 0
        text_of_word = np.repeat(np.arange(len(packed)), np.diff(packed.offsets))
        order = np.lexsort((rows, keys, text_of_word))
        rows, text_of_word = rows[order], text_of_word[order]
        is_first = np.ones(len(rows), bool)
        is_first[1:] = (np.diff(rows) != 0) | (np.diff(text_of_word) != 0)
        weights = np.add.reduceat(packed.weights[order], np.flatnonzero(is_first))
        rows, text_of_word = rows[is_first][weights > 0], text_of_word[is_first][weights > 0]
        offsets = np.searchsorted(text_of_word, np.arange(len(packed) + 1))
        return cls(rows.astype("int32"), weights[weights > 0], offsets)

    @classmethod
    def join(cls, parts: Sequence["TextWords"]) -> "TextWords":
        """Joins the texts of several parts."""
        lengths = np.concatenate([np.diff(part.offsets) for part in parts])
        rows, weights = (np.concatenate(arrays) for arrays in zip(*(part[:2] for part in parts), strict=True))
        return cls(rows, weights, np.concatenate([[0], np.cumsum(lengths)]))

    def take(self, texts: np.ndarray) -> "TextWords":
        """Returns the words of some texts, int `[n]`."""
        begins = self.offsets[texts]
        lengths = self.offsets[texts + 1] - begins
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        positions = np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], lengths)
        return TextWords(self.rows[positions], self.weights[positions], offsets)


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
        table = WordTable()
        words = TextWords.build(packed, table)
        return cls(points=points(table[words.rows].astype("float64"), cost), weights=words.weights, cost=cost)


@dataclass
class Segment:
    """Texts of an index that were added together. Arrays are in memory or memory-mapped.

    Attributes:
        vectors: float32 `[new rows, d]`. The block of the index's table that these texts added.
        words: `TextWords`, whose rows are those of the whole table.
        texts: One entry per text, which `Match.text` returns.
    """

    vectors: np.ndarray
    words: TextWords
    texts: Sequence

    def __len__(self) -> int:
        return len(self.words.offsets) - 1

    def weighted_sums(self, values: np.ndarray) -> np.ndarray:
        """Computes the weighted sums `[texts]` of values float64 `[rows]` over the words of each text."""
        return self._matrix @ values[: self._matrix.shape[1]]

    @cached_property
    def _matrix(self) -> "csr_matrix":
        from scipy.sparse import csr_matrix

        rows, weights, offsets = self.words
        return csr_matrix((weights, rows, offsets), shape=(len(self), int(rows.max()) + 1))


def text_distances(words: TextWords, query: Query, *, table: WordTable) -> np.ndarray:
    """Computes exact distances.

    Args:
        words: The texts.
        query: `Query`.
        table: Table of the index.

    Returns:
        float64 `[texts]`.
    """
    from scipy.spatial.distance import cdist

    rows, inverse = np.unique(words.rows, return_inverse=True)
    row_points = points(table[rows].astype("float64"), query.cost)
    metric, factor = ("euclidean", 1.0) if query.cost == "euclidean" else ("sqeuclidean", 0.5)
    costs = factor * cdist(row_points, query.points, metric)[inverse]  # same bits whatever the other texts are
    slices = itertools.starmap(slice, itertools.pairwise(words.offsets.tolist()))
    return transport_costs((words.weights[text], query.weights, costs[text]) for text in slices)
