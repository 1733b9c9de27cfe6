"""Distances of many pairs of texts."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .ground_costs import Cost, paired_point_costs, points
from .packed_texts import PackedTexts, Weighting, pack_texts
from .transport import transport_costs

CHUNK = 128


def paired_distances(
    xs: Sequence,
    ys: Sequence,
    cost: Cost = "euclidean",
    weighting: Weighting = "uniform",
    x_weights: Sequence | None = None,
    y_weights: Sequence | None = None,
) -> np.ndarray:
    """The distance of each text in `xs` from the one at its place in `ys`.

    `cost="euclidean", weighting="uniform"` is WMD, `cost="cosine", weighting="norm"` is WRD; IDF weights are given as
    `x_weights` and `y_weights`. The same numbers as `wmd` and `wrd` pair by pair, faster, on all cores.

    Args:
        xs: a list of `[words, d]`.
        ys: a list of the same length.
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`, where no weights are given.
        x_weights: a list of `[words]`, in place of `weighting`.
        y_weights: likewise.

    Returns:
        float64 `[pairs]`.

    Raises:
        ValueError: the lists differ in length, or a text or its weights are refused by `pack_texts`.

    Example:

    >>> x, y = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 4.0]])
    >>> paired_distances([x, x], [x, y])
    array([0. , 2.5])
    """
    if len(xs) != len(ys):
        raise ValueError(f"Expected as many texts in ys as in xs, {len(xs)}. Received: {len(ys)}.")
    for weights in (x_weights, y_weights):
        if weights is not None and len(weights) != len(xs):
            raise ValueError(f"Expected weights for each of {len(xs)} texts. Received: {len(weights)}.")

    def distances(start: int) -> np.ndarray:
        part = slice(start, start + CHUNK)
        x = pack_texts(xs[part], None if x_weights is None else x_weights[part], weighting, "xs", start)
        y = pack_texts(ys[part], None if y_weights is None else y_weights[part], weighting, "ys", start)
        check_widths(x, y)
        i, j = x.slices(), y.slices()
        costs = paired_point_costs(points(x.vectors, cost), i, points(y.vectors, cost), j, cost)
        weights = [x.weights[words] for words in i], [y.weights[words] for words in j]
        return transport_costs(zip(*weights, costs, strict=True))

    starts = range(0, len(xs), CHUNK)
    if len(starts) < 2:
        return np.concatenate([np.zeros(0), *map(distances, starts)])
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the solver runs outside Python's lock
        return np.concatenate(list(pool.map(distances, starts)))


def check_widths(x: PackedTexts, y: PackedTexts) -> None:
    """ValueError where the vectors of two sides differ in width."""
    if x.vectors.shape[1] != y.vectors.shape[1]:
        raise ValueError(
            f"Expected vectors of one width. Received: {x.vectors.shape[1]} in x and {y.vectors.shape[1]} in y."
        )
