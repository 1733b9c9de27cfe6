"""Texts of different lengths, checked and packed into one array."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from .binary_scaling import binary_shifts, largest_magnitudes
from .check_arguments import check_choice, check_list, number_array

Weighting = Literal["uniform", "norm"]
Pooling = Literal["none", "mean"]

MAX_MAGNITUDE = 1e150
SMALLEST_NORM = 1e-140  # the squares of smaller vectors may underflow


@dataclass(frozen=True)
class PackedTexts:
    """Texts in one array, one after the other.

    Attributes:
        vectors: float64 `[words, d]`. The words of all texts.
        weights: float64 `[words]`. Weights that sum to 1 in each text.
        offsets: int64 `[texts + 1]`. Where each text begins.
    """

    vectors: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def slices(self) -> list[slice]:
        """Returns the slice of each text's words."""
        boundaries = self.offsets.tolist()
        return list(map(slice, boundaries, boundaries[1:]))


def pack_texts(
    texts: Sequence,
    weights: Sequence | None = None,
    *,
    weighting: Weighting = "uniform",
    pooling: Pooling = "none",
    name: str = "x",
    start: int | None = 0,
) -> PackedTexts:
    """Checks texts and their weights, and packs them.

    Args:
        texts: A list of `[words, d]`: finite, at least one word each, the same width in all.
        weights: For each text `[words]`, not negative and not all 0; None: weights by `weighting`.
        weighting: `"uniform"`: equal weights. `"norm"`: the norms of the vectors; a text of zero vectors has equal
            weights.
        pooling: `"none"`, or `"mean"`: each text becomes one word, the weighted mean of its vectors.
        name: Name of the texts in error messages.
        start: Number of the first text in error messages; None: there is one text, which has the name.

    Returns:
        `PackedTexts`.

    Raises:
        ValueError: A text is no array of numbers, has no words or another width, or a number is not finite or above
            1e150.

    Example:

    >>> pack_texts([[[3.0, 4.0], [0.0, 5.0]], [[0.0, 1.0]]], weighting="norm").weights
    array([0.5, 0.5, 1. ])
    """
    check_choice(weighting, "weighting", get_args(Weighting))
    check_choice(pooling, "pooling", get_args(Pooling))
    check_list(texts, name, expected="a list of vectors [words, d]")
    if not len(texts):
        raise ValueError(f"Expected at least one text in {name}. Received: an empty list.")
    arrays = [number_array(text, _place(name, start, i), expected="vectors [words, d]") for i, text in enumerate(texts)]
    width = arrays[0].shape[-1] if arrays[0].ndim else 0
    if {array.shape[1:] for array in arrays} != {(width,)} or not all(map(len, arrays)) or not width:
        _raise_for_shape(arrays, width=width, name=name, start=start)
    lengths = np.fromiter(map(len, arrays), "int64", len(arrays))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    vectors = np.concatenate(arrays, dtype="float64")
    if not -MAX_MAGNITUDE <= vectors.min() <= vectors.max() <= MAX_MAGNITUDE:
        is_bad = np.logical_not(np.abs(vectors) <= MAX_MAGNITUDE)
        i, word = _first_word(offsets, np.logical_or.reduce(is_bad, axis=1))
        raise ValueError(
            f"{_place(name, start, i)}: expected numbers up to {MAX_MAGNITUDE:g}. "
            f"Received: word {word} has {vectors[is_bad][0]}."
        )
    if weights is None:
        flat = _default_weights(vectors, offsets, weighting=weighting)
    else:
        flat = _given_weights(weights, offsets, name=name, start=start)
    totals = np.repeat(np.add.reduceat(flat, offsets[:-1]), lengths)
    flat = flat / totals
    if pooling == "mean":
        means = np.add.reduceat(vectors * flat[:, None], offsets[:-1])
        return PackedTexts(vectors=means, weights=np.ones(len(means)), offsets=np.arange(len(means) + 1))
    return PackedTexts(vectors=vectors, weights=flat, offsets=offsets)


def pack_pair(x, y, *, weighting: Weighting, x_weights=None, y_weights=None) -> tuple[PackedTexts, PackedTexts]:
    """Checks two texts and packs each.

    Args:
        x: float `[n, d]`.
        y: float `[m, d]`.
        weighting: As in `pack_texts`.
        x_weights: float `[n]`; None: weights by `weighting`.
        y_weights: float `[m]`, likewise.

    Raises:
        ValueError: As `pack_texts`, or the widths differ.
    """
    packed_x = pack_texts([x], None if x_weights is None else [x_weights], weighting=weighting, name="x", start=None)
    packed_y = pack_texts([y], None if y_weights is None else [y_weights], weighting=weighting, name="y", start=None)
    check_widths(packed_x, packed_y)
    return packed_x, packed_y


def check_widths(x: PackedTexts, y: PackedTexts) -> None:
    """Raises `ValueError` if the vectors of two sides differ in width."""
    if x.vectors.shape[1] != y.vectors.shape[1]:
        raise ValueError(
            f"Expected vectors of one width. Received: {x.vectors.shape[1]} in x and {y.vectors.shape[1]} in y."
        )


def _raise_for_shape(arrays: list[np.ndarray], *, width: int, name: str, start: int | None) -> None:
    for i, array in enumerate(arrays):
        place = _place(name, start, i)
        if array.ndim != 2 or not array.size:
            raise ValueError(
                f"{place}: expected vectors [words, d] of at least one word. Received: shape {array.shape}."
            )
        if array.shape[1] != width:
            raise ValueError(f"{place}: expected vectors of width {width}. Received: {array.shape[1]}.")


def _default_weights(vectors: np.ndarray, offsets: np.ndarray, *, weighting: str) -> np.ndarray:
    if weighting == "uniform":
        return np.ones(len(vectors))
    norms = np.linalg.norm(vectors, axis=1)
    if norms.min() < SMALLEST_NORM:
        shifts = np.repeat(binary_shifts(largest_magnitudes(vectors, offsets)), np.diff(offsets))
        norms = np.linalg.norm(vectors * np.ldexp(1.0, shifts)[:, None], axis=1)
    is_weightless = np.add.reduceat(norms, offsets[:-1]) == 0
    norms[np.repeat(is_weightless, np.diff(offsets))] = 1
    return norms


def _given_weights(weights: Sequence, offsets: np.ndarray, *, name: str, start: int | None) -> np.ndarray:
    check_list(weights, f"weights of {name}", expected="a list of weights [words]")
    if len(weights) != len(offsets) - 1:
        raise ValueError(f"Expected weights for each of {len(offsets) - 1} texts in {name}. Received: {len(weights)}.")
    arrays = []
    for i, (own, length) in enumerate(zip(weights, np.diff(offsets), strict=True)):
        place = f"weights of {_place(name, start, i)}"
        arrays.append(number_array(own, place, expected="weights [words]"))
        if arrays[-1].shape != (length,):
            raise ValueError(f"{place}: expected {length} weights. Received: shape {arrays[-1].shape}.")
    flat = np.concatenate(arrays, dtype="float64")
    is_bad = ~((flat >= 0) & (flat <= MAX_MAGNITUDE))
    if is_bad.any():
        i, word = _first_word(offsets, is_bad)
        raise ValueError(
            f"weights of {_place(name, start, i)}: expected numbers from 0 to {MAX_MAGNITUDE:g}. "
            f"Received: word {word} has {flat[is_bad][0]}."
        )
    weightless = np.flatnonzero(np.add.reduceat(flat, offsets[:-1]) <= 0)
    if weightless.size:
        place = _place(name, start, weightless[0])
        raise ValueError(f"weights of {place}: expected numbers that are not all 0. Received: zeros.")
    return flat


def _place(name: str, start: int | None, number: int) -> str:
    """Returns the name of a text in messages."""
    return name if start is None else f"{name}[{start + number}]"


def _first_word(offsets: np.ndarray, mask: np.ndarray) -> tuple[int, int]:
    """Returns the text and the index in it of the first word for which a mask is true."""
    word = int(np.argmax(mask))
    text = int(np.searchsorted(offsets, word, side="right")) - 1
    return text, word - int(offsets[text])
