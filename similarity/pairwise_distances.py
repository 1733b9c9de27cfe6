"""Distances of every text from every other."""

from collections.abc import Sequence

import numpy as np

from .ground_costs import Cost, point_costs, points
from .packed_texts import Weighting, pack_texts
from .paired_distances import CHUNK, check_widths
from .transport import transport_costs


def pairwise_distances(
    xs: Sequence,
    ys: Sequence | None = None,
    cost: Cost = "euclidean",
    weighting: Weighting = "uniform",
    x_weights: Sequence | None = None,
    y_weights: Sequence | None = None,
) -> np.ndarray:
    """The distance of every text in `xs` from every text in `ys`.

    Args:
        xs: a list of `[words, d]`.
        ys: likewise; None: `xs`, of which half the pairs are computed and mirrored.
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`, where no weights are given.
        x_weights: a list of `[words]`, in place of `weighting`.
        y_weights: likewise; where `ys` is None, leave it out.

    Returns:
        float64 `[len(xs), len(ys)]`.

    Raises:
        ValueError: a text or its weights are refused by `pack_texts`, or widths differ.

    Example:

    >>> x, y = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 4.0]])
    >>> pairwise_distances([x, y])
    array([[0. , 2.5], [2.5, 0. ]])
    """
    x = pack_texts(xs, x_weights, weighting, "xs")
    y = x if ys is None else pack_texts(ys, y_weights, weighting, "ys")
    check_widths(x, y)
    x_points, y_points = points(x.vectors, cost), points(y.vectors, cost)
    x_slices, y_slices = x.slices(), y.slices()
    distances = np.zeros((len(x), len(y)))
    for i, words in enumerate(x_slices):
        first = i + 1 if ys is None else 0
        for start in range(first, len(y), CHUNK):
            texts = y_slices[start : start + CHUNK]
            begin = texts[0].start
            costs = point_costs(y_points[begin : texts[-1].stop], x_points[words], cost)
            distances[i, start : start + CHUNK] = transport_costs(
                [(y.weights[j], x.weights[words], costs[j.start - begin : j.stop - begin]) for j in texts]
            )
    return distances if ys is not None else distances + distances.T
