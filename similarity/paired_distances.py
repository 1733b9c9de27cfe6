"""Distances of many pairs of texts, computed in parallel."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .check_arguments import check_list
from .ground_costs import Cost, paired_point_costs, points
from .packed_texts import PackedTexts, Pooling, Weighting, check_widths, pack_texts
from .transport import transport_costs

CHUNK_SIZE = 128


def paired_distances(
    xs: Sequence,
    ys: Sequence,
    *,
    cost: Cost = "euclidean",
    weighting: Weighting = "uniform",
    pooling: Pooling = "none",
    x_weights: Sequence | None = None,
    y_weights: Sequence | None = None,
) -> np.ndarray:
    """Computes the distance of each text in `xs` from the text with the same index in `ys`.

    `cost="euclidean", weighting="uniform"` is WMD; `cost="cosine", weighting="norm"` is WRD; `cost="cosine",
    pooling="mean"` is 1 minus the cosine of the mean vectors. IDF weights are passed as `x_weights` and `y_weights`.
    The numbers are those of `wmd` and `wrd` pair by pair; the computation is faster and uses all cores.

    Args:
        xs: A list of float `[words, d]`.
        ys: A list of the same length.
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`; applies if no weights are given.
        pooling: `"none"`, or `"mean"`: each text becomes the weighted mean of its vectors.
        x_weights: A list of float `[words]`. Replaces `weighting`.
        y_weights: Likewise.

    Returns:
        float64 `[pairs]`.

    Raises:
        ValueError: The lists differ in length, or `pack_texts` rejects a text or its weights.

    Example:

    >>> x, y = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 4.0]])
    >>> paired_distances([x, x], [x, y])
    array([0. , 2.5])
    """
    for name, texts in (("xs", xs), ("ys", ys)):
        check_list(texts, name, expected="a list of vectors [words, d]")
    if len(xs) != len(ys):
        raise ValueError(f"Expected as many texts in ys as in xs, {len(xs)}. Received: {len(ys)}.")
    for name, weights in (("x_weights", x_weights), ("y_weights", y_weights)):
        if weights is not None:
            check_list(weights, name, expected="a list of weights [words]")
            if len(weights) != len(xs):
                raise ValueError(f"Expected {name} for each of {len(xs)} texts. Received: {len(weights)}.")

    def distances(start: int) -> np.ndarray:
        chunk = slice(start, start + CHUNK_SIZE)
        x_own, y_own = (None if weights is None else weights[chunk] for weights in (x_weights, y_weights))
        x = pack_texts(xs[chunk], x_own, weighting=weighting, pooling=pooling, name="xs", start=start)
        y = pack_texts(ys[chunk], y_own, weighting=weighting, pooling=pooling, name="ys", start=start)
        check_widths(x, y)
        return packed_distances(x, y, cost=cost)

    starts = range(0, len(xs), CHUNK_SIZE)
    if len(starts) < 2:
        return np.concatenate([np.zeros(0), *map(distances, starts)])
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the solver releases Python's global lock
        return np.concatenate(list(pool.map(distances, starts)))


def packed_distances(x: PackedTexts, y: PackedTexts, *, cost: Cost) -> np.ndarray:
    """Computes the distances `[texts]` between texts of one width with the same number."""
    i, j = x.slices(), y.slices()
    x_points, y_points = points(x.vectors, cost), points(y.vectors, cost)
    costs = paired_point_costs(x_points, y_points, x_slices=i, y_slices=j, cost=cost)
    weights = [x.weights[words] for words in i], [y.weights[words] for words in j]
    return transport_costs(zip(*weights, costs, strict=True))
