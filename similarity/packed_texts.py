"""Many texts of different lengths, checked, in one array."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Weighting = Literal["uniform", "norm"]

LARGEST = 1e150


@dataclass(frozen=True)
class PackedTexts:
    """`vectors` float64 `[words, d]` of all texts on end, `weights` float64 `[words]` that sum to 1 within each text,
    and `offsets` int64 `[texts + 1]`, where each text begins."""

    vectors: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def slices(self) -> list[slice]:
        """The words of each text."""
        bounds = self.offsets.tolist()
        return list(map(slice, bounds, bounds[1:]))


def pack_texts(
    texts: Sequence,
    weights: Sequence | None = None,
    weighting: Weighting = "uniform",
    name: str = "x",
    start: int = 0,
) -> PackedTexts:
    """Checks texts and their weights, and packs them.

    Args:
        texts: a list of `[words, d]`, finite, at least one word each, one width for all.
        weights: for each text `[words]`, not negative and not all 0; None: from `weighting`.
        weighting: `"uniform"`: each word the same; `"norm"`: its vector's norm. A text of nothing but zero vectors
            weighs its words equally.
        name: what the error messages call the texts.
        start: the number that the messages give the first text.

    Returns:
        `PackedTexts`.

    Raises:
        ValueError: a text has no words or another width, or a number is not finite or above 1e150.

    Example:

    >>> pack_texts([[[3.0, 4.0], [0.0, 5.0]], [[0.0, 1.0]]], weighting="norm").weights
    array([0.5, 0.5, 1. ])
    """
    if weighting not in ("uniform", "norm"):
        raise ValueError(f"Expected weighting 'uniform' or 'norm'. Received: {weighting!r}.")
    if not len(texts):
        raise ValueError(f"Expected at least one text in {name}. Received: none.")
    arrays = [np.asarray(text) for text in texts]
    width = arrays[0].shape[-1] if arrays[0].ndim else 0
    if {array.shape[1:] for array in arrays} != {(width,)} or not all(map(len, arrays)) or not width:
        _refuse_shape(arrays, width, name, start)
    lengths = np.fromiter(map(len, arrays), "int64", len(arrays))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    vectors = np.concatenate(arrays, dtype="float64")
    if not -LARGEST <= vectors.min() <= vectors.max() <= LARGEST:
        bad = np.logical_not((np.abs(vectors) <= LARGEST).all(axis=1))
        i, word = _place(offsets, bad)
        raise ValueError(
            f"{name}[{start + i}]: expected numbers up to {LARGEST:g}. Received: word {word} has {vectors[bad][0]}."
        )
    if weights is None:
        flat = _default_weights(vectors, offsets, weighting)
    else:
        flat = _given_weights(weights, offsets, name, start)
    return PackedTexts(vectors, flat / np.repeat(np.add.reduceat(flat, offsets[:-1]), lengths), offsets)


def _refuse_shape(arrays: list[np.ndarray], width: int, name: str, start: int) -> None:
    for i, array in enumerate(arrays, start):
        if array.ndim != 2 or not array.size:
            raise ValueError(
                f"{name}[{i}]: expected vectors [words, d] of at least one word. Received: shape {array.shape}."
            )
        if array.shape[1] != width:
            raise ValueError(f"{name}[{i}]: expected vectors of width {width}. Received: {array.shape[1]}.")


def _default_weights(vectors: np.ndarray, offsets: np.ndarray, weighting: str) -> np.ndarray:
    if weighting == "uniform":
        return np.ones(len(vectors))
    norms = np.linalg.norm(vectors, axis=1)
    weightless = np.add.reduceat(norms, offsets[:-1]) == 0
    norms[np.repeat(weightless, np.diff(offsets))] = 1
    return norms


def _given_weights(weights: Sequence, offsets: np.ndarray, name: str, start: int) -> np.ndarray:
    if len(weights) != len(offsets) - 1:
        raise ValueError(f"Expected weights for each of {len(offsets) - 1} texts in {name}. Received: {len(weights)}.")
    arrays = [np.asarray(one, "float64") for one in weights]
    for i, (one, length) in enumerate(zip(arrays, np.diff(offsets), strict=True)):
        if one.shape != (length,):
            raise ValueError(f"{name}[{start + i}]: expected {length} weights. Received: shape {one.shape}.")
    flat = np.concatenate(arrays)
    bad = ~((flat >= 0) & (flat <= LARGEST))
    if bad.any():
        i, word = _place(offsets, bad)
        raise ValueError(
            f"{name}[{start + i}]: expected weights from 0 to {LARGEST:g}. Received: word {word} has {flat[bad][0]}."
        )
    weightless = np.flatnonzero(np.add.reduceat(flat, offsets[:-1]) <= 0)
    if weightless.size:
        raise ValueError(f"{name}[{start + weightless[0]}]: expected weights that are not all 0. Received: zeros.")
    return flat


def _place(offsets: np.ndarray, bad: np.ndarray) -> tuple[int, int]:
    word = int(np.argmax(bad))
    text = int(np.searchsorted(offsets, word, side="right")) - 1
    return text, word - int(offsets[text])
