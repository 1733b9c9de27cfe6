"""Matrix of distances between every two texts."""

from collections.abc import Sequence

import numpy as np

from .ground_costs import Cost, point_costs, points
from .packed_texts import Pooling, Weighting, check_widths, pack_texts
from .paired_distances import CHUNK_SIZE
from .transport import transport_costs


def pairwise_distances(
    xs: Sequence,
    ys: Sequence | None = None,
    *,
    cost: Cost = "euclidean",
    weighting: Weighting = "uniform",
    pooling: Pooling = "none",
    x_weights: Sequence | None = None,
    y_weights: Sequence | None = None,
) -> np.ndarray:
    """Computes the distance of every text in `xs` from every text in `ys`.

    Args:
        xs: A list of float `[words, d]`.
        ys: Likewise; None: `xs`, for which half of the pairs are computed and mirrored.
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`; applies if no weights are given.
        pooling: `"none"`, or `"mean"`: each text becomes the weighted mean of its vectors.
        x_weights: A list of float `[words]`. Replaces `weighting`.
        y_weights: Likewise; ignored if `ys` is None.

    Returns:
        float64 `[len(xs), len(ys)]`.

    Raises:
        ValueError: `pack_texts` rejects a text or its weights, or the widths differ.

    Example:

    >>> x, y = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 4.0]])
    >>> pairwise_distances([x, y])
    array([[0. , 2.5], [2.5, 0. ]])
    """
    x = pack_texts(xs, x_weights, weighting=weighting, pooling=pooling, name="xs")
    y = x if ys is None else pack_texts(ys, y_weights, weighting=weighting, pooling=pooling, name="ys")
    check_widths(x, y)
    x_points, y_points = points(x.vectors, cost), points(y.vectors, cost)
    x_slices, y_slices = x.slices(), y.slices()
    distances = np.zeros((len(x), len(y)))
    for i, words in enumerate(x_slices):
        first = i + 1 if ys is None else 0
        for start in range(first, len(y), CHUNK_SIZE):
            texts = y_slices[start : start + CHUNK_SIZE]
            begin = texts[0].start
            costs = point_costs(y_points[begin : texts[-1].stop], x_points[words], cost=cost)
            distances[i, start : start + CHUNK_SIZE] = transport_costs(
                [(y.weights[j], x.weights[words], costs[j.start - begin : j.stop - begin]) for j in texts]
            )
    return distances if ys is not None else distances + distances.T
