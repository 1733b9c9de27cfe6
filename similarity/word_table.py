"""Table of the distinct vectors of an index, which all its segments share."""

import numpy as np

from .squared_distances import squared_norms

MULTIPLIERS_SEED = 0
ODD = np.uint64(1)
BLOCK_SIZE = 2**12
KEPT_WHOLE = 0.9  # fraction of new vectors from which a merged block stays whole, and on disk


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
        self._keys: np.ndarray | None = None  # sorted; computed at the first addition
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
        distinct, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        rows = self._find(vectors[first], distinct)
        is_new = rows < 0
        rows[is_new] = len(self) + np.arange(is_new.sum())
        word_rows = rows[inverse]
        # Different vectors of one key, which nobody meets by chance, get rows of their own.
        is_other = (vectors != vectors[first][inverse]).any(axis=1)
        word_rows[is_other] = len(self) + is_new.sum() + np.arange(is_other.sum())
        new = np.concatenate([first[is_new], np.flatnonzero(is_other)])
        if len(new):
            self._append(vectors[new], keys[new])
        return word_rows, keys

    def merge(self, block: np.ndarray) -> np.ndarray:
        """Adds a block of another table, and finds its rows. It becomes a block here, without vectors known already.

        Args:
            block: float32 `[n, d]`. If nearly all of its vectors are new, it is kept whole, where it is.

        Returns:
            Rows int64 `[n]`.
        """
        keys = vector_keys(block)
        rows = self._find(block, keys)
        is_new = rows < 0
        if is_new.sum() >= KEPT_WHOLE * len(block):
            is_new[:] = True
        rows[is_new] = len(self) + np.arange(is_new.sum())
        self._append(block if is_new.all() else block[is_new], keys[is_new])
        return rows

    def _find(self, vectors: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Returns the rows int64 `[n]` of vectors, -1 for one that the table lacks."""
        if self._keys is None:
            own = np.concatenate([np.empty(0, "uint64"), *map(vector_keys, self.blocks)])
            self._rows = np.argsort(own, kind="stable")
            self._keys = own[self._rows]
        rows = np.full(len(keys), -1)
        places = np.searchsorted(self._keys, keys)
        inside = np.flatnonzero(places < len(self._keys))
        known = inside[self._keys[places[inside]] == keys[inside]]
        for start in range(0, len(known), BLOCK_SIZE):
            some = known[start : start + BLOCK_SIZE]
            stored = self._rows[places[some]]
            rows[some] = np.where((self[stored] == vectors[some]).all(axis=1), stored, -1)
        return rows

    def _append(self, block: np.ndarray, keys: np.ndarray) -> None:
        assert self._keys is not None
        merged = np.concatenate([self._keys, keys])
        order = np.argsort(merged, kind="stable")
        self._rows = np.concatenate([self._rows, len(self) + np.arange(len(block))])[order]
        self._keys = merged[order]
        self.blocks.append(block)
        self._starts = np.append(self._starts, len(self) + len(block))

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
    for start in range(0, len(bits), BLOCK_SIZE):
        block = slice(start, start + BLOCK_SIZE)
        keys[block] = (bits[block] * multipliers).sum(axis=1, dtype="uint64")
    return keys ^ (keys >> np.uint64(29))
