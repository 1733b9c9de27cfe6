"""Table of the distinct vectors of an index, which all its segments share."""

import numpy as np

from .squared_distances import squared_norms

MULTIPLIERS_SEED = 0
ODD = np.uint64(1)


class WordTable:
    """Distinct float32 vectors, each stored once. The table grows by blocks; a row never changes.

    Args:
        blocks: Arrays `[rows, d]`, in memory or memory-mapped.

    Attributes:
        blocks: The blocks.

    Example:

    >>> table = WordTable()
    >>> rows, keys = table.add(np.array([[1, 2], [3, 4], [1, 2]], "float32"))
    >>> len(table), table[rows].tolist()
    (2, [[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    """

    def __init__(self, blocks=()):
        self.blocks: list[np.ndarray] = list(blocks)
        self._starts = np.cumsum([0, *map(len, self.blocks)])
        self._keys: np.ndarray | None = None  # sorted; computed at the first `add`
        self._rows = np.empty(0, "int64")
        self._squares: list[np.ndarray] = []

    def __len__(self) -> int:
        return int(self._starts[-1])

    @property
    def width(self) -> int | None:
        """Width of the vectors, None for an empty table."""
        return self.blocks[0].shape[1] if self.blocks else None

    def copy(self, blocks=None) -> "WordTable":
        """Returns a table with the same rows, to which more can be added without a change of this one.

        Args:
            blocks: The same blocks in another place; None: those of this table.
        """
        copied = WordTable(self.blocks if blocks is None else blocks)
        copied._keys, copied._rows = self._keys, self._rows
        return copied

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        """Returns the vectors `[n, d]` of rows `[n]`."""
        if len(self.blocks) == 1:
            return self.blocks[0][rows]
        vectors = np.empty((len(rows), self.blocks[0].shape[1]), "float32")
        block_of_row = np.searchsorted(self._starts, rows, side="right") - 1
        for block in np.unique(block_of_row):
            is_in_block = block_of_row == block
            vectors[is_in_block] = self.blocks[block][rows[is_in_block] - self._starts[block]]
        return vectors

    def add(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Finds the rows of vectors. Vectors that the table lacks become a new block.

        Args:
            vectors: float32 `[n, d]`, without negative zeros.

        Returns:
            Rows int64 `[n]`, and `vector_keys` `[n]`.
        """
        keys = vector_keys(vectors)
        if self._keys is None:
            own = np.concatenate([np.empty(0, "uint64"), *map(vector_keys, self.blocks)])
            self._rows = np.argsort(own, kind="stable")
            self._keys = own[self._rows]
        distinct, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        places = np.searchsorted(self._keys, distinct)
        is_known = np.zeros(len(distinct), bool)
        inside = places < len(self._keys)
        is_known[inside] = self._keys[places[inside]] == distinct[inside]
        rows = np.empty(len(distinct), "int64")
        rows[is_known] = self._rows[places[is_known]]
        rows[~is_known] = len(self) + np.arange(len(distinct) - is_known.sum())
        word_rows = rows[inverse]
        # Different vectors of one key, which nobody meets by chance, get rows of their own.
        is_other = (vectors != vectors[first][inverse]).any(axis=1)
        if is_known.any():
            stored = np.zeros(len(distinct), bool)
            stored[is_known] = (self[rows[is_known]] != vectors[first[is_known]]).any(axis=1)
            is_other |= stored[inverse]
        new = vectors[np.concatenate([first[~is_known], np.flatnonzero(is_other)])]
        word_rows[is_other] = len(self) + (~is_known).sum() + np.arange(is_other.sum())
        if len(new):
            merged = np.concatenate([self._keys, distinct[~is_known]])
            order = np.argsort(merged, kind="stable")
            self._rows = np.concatenate([self._rows, rows[~is_known]])[order]
            self._keys = merged[order]
            self.blocks.append(new)
            self._starts = np.append(self._starts, len(self) + len(new))
        return word_rows, keys

    def squares(self, block: int) -> np.ndarray:
        """Returns the squared norms float32 `[rows]` of the vectors of a block."""
        while len(self._squares) <= block:
            self._squares.append(squared_norms(self.blocks[len(self._squares)]))
        return self._squares[block]

    def join_blocks(self, first: int) -> np.ndarray:
        """Joins the blocks from number `first` on into one, and returns it."""
        width = self.blocks[0].shape[1]
        joined = np.concatenate([np.empty((0, width), "float32"), *self.blocks[first:]])
        self.blocks[first:], self._squares = [joined], self._squares[:first]
        self._starts = np.cumsum([0, *map(len, self.blocks)])
        return joined


def vector_keys(vectors: np.ndarray) -> np.ndarray:
    """Computes a 64-bit hash `[n]` of the bits of each float32 vector `[n, d]`."""
    rng = np.random.default_rng(MULTIPLIERS_SEED)
    multipliers = rng.integers(2**64, size=vectors.shape[1], dtype="uint64") | ODD
    keys = np.zeros(len(vectors), "uint64")
    bits = np.ascontiguousarray(vectors).view("uint32")
    for start in range(0, len(bits), 2**12):
        block = slice(start, start + 2**12)
        keys[block] = (bits[block] * multipliers).sum(axis=1, dtype="uint64")
    return keys ^ (keys >> np.uint64(29))
