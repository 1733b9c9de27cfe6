"""Lower bounds of WMD and WRD, which rounding errors never lift above the distance."""

import numpy as np

from .ground_costs import Cost, directions, ground_costs
from .packed_texts import PackedTexts, pack_pair

SLACK = 1e-11


def wmd_centroid_bound(x, y, *, x_weights=None, y_weights=None) -> float:
    """Computes the distance of the weighted means, a lower bound of WMD (word centroid distance, WCD).

    `WMD = Σ γᵢⱼ ‖xᵢ - yⱼ‖ >= ‖Σ γᵢⱼ (xᵢ - yⱼ)‖ = ‖Σ pᵢ xᵢ - Σ qⱼ yⱼ‖`

    Args:
        x: float `[n, d]`.
        y: float `[m, d]`.
        x_weights: float `[n]`; None: equal weights.
        y_weights: float `[m]`, likewise.

    Returns:
        The bound, lowered by 1e-11 times the largest norm to allow for rounding, at least 0.

    Raises:
        ValueError: As `wmd`.

    Example:

    >>> round(wmd_centroid_bound([[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0]]), 6)
    2.5

    Reference:
        Kusner et al., From Word Embeddings To Document Distances, 2015, section 4.
    """
    x, y = pack_pair(x, y, weighting="uniform", x_weights=x_weights, y_weights=y_weights)
    bound = np.linalg.norm(x.weights @ x.vectors - y.weights @ y.vectors)
    return _lowered(float(bound), _scale(x, y, cost="euclidean"))


def wmd_relaxed_bound(x, y, *, cost: Cost = "euclidean", x_weights=None, y_weights=None) -> float:
    """Computes WMD without one of its two constraints, a lower bound of WMD (relaxed WMD, RWMD).

    Every word moves to its nearest word: `max(Σᵢ pᵢ minⱼ cᵢⱼ, Σⱼ qⱼ minᵢ cᵢⱼ)`.

    Args:
        x: float `[n, d]`.
        y: float `[m, d]`.
        cost: `"euclidean"` or `"cosine"`.
        x_weights: float `[n]`; None: equal weights.
        y_weights: float `[m]`, likewise.

    Returns:
        The bound, lowered as in `wmd_centroid_bound`.

    Raises:
        ValueError: As `wmd`.

    Example:

    >>> round(wmd_relaxed_bound([[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0]]), 6)
    2.5

    Reference:
        Kusner et al., From Word Embeddings To Document Distances, 2015, section 4.
    """
    x, y = pack_pair(x, y, weighting="uniform", x_weights=x_weights, y_weights=y_weights)
    return _relaxed(x, y, cost=cost)


def wrd_centroid_bound(x, y, *, x_weights=None, y_weights=None) -> float:
    """Computes half the squared distance of the weighted mean directions, the article's lower bound of WRD.

    `2 WRD = Σ γᵢⱼ ‖uᵢ - vⱼ‖² >= ‖Σ pᵢ uᵢ - Σ qⱼ vⱼ‖²` with unit vectors u and v. With WRD's default weights,
    `Σ pᵢ uᵢ = Σ xᵢ / Σ ‖xᵢ‖`.

    Args:
        x: float `[n, d]`.
        y: float `[m, d]`.
        x_weights: float `[n]`; None: the norms.
        y_weights: float `[m]`, likewise.

    Returns:
        The bound, lowered by 1e-11 to allow for rounding, at least 0.

    Raises:
        ValueError: As `wrd`.

    Example:

    >>> round(wrd_centroid_bound([[3.0, 0.0], [0.0, 1.0]], [[5.0, 0.0]]), 6)
    0.0625

    Reference:
        https://kexue.fm/archives/7388.
    """
    x, y = pack_pair(x, y, weighting="norm", x_weights=x_weights, y_weights=y_weights)
    difference = x.weights @ directions(x.vectors) - y.weights @ directions(y.vectors)
    return _lowered(float(difference @ difference) / 2, 1.0)


def wrd_relaxed_bound(x, y, *, x_weights=None, y_weights=None) -> float:
    """Computes WRD without one of its two constraints, a lower bound of WRD; see `wmd_relaxed_bound`.

    Args:
        x: float `[n, d]`.
        y: float `[m, d]`.
        x_weights: float `[n]`; None: the norms.
        y_weights: float `[m]`, likewise.

    Returns:
        The bound, lowered by 1e-11 to allow for rounding, at least 0.

    Raises:
        ValueError: As `wrd`.

    Example:

    >>> round(wrd_relaxed_bound([[3.0, 0.0], [0.0, 1.0]], [[5.0, 0.0]]), 6)
    0.25
    """
    x, y = pack_pair(x, y, weighting="norm", x_weights=x_weights, y_weights=y_weights)
    return _relaxed(x, y, cost="cosine")


def _relaxed(x: PackedTexts, y: PackedTexts, *, cost: Cost) -> float:
    costs = ground_costs(x.vectors, y.vectors, cost=cost)
    return _lowered(max(x.weights @ costs.min(axis=1), y.weights @ costs.min(axis=0)), _scale(x, y, cost=cost))


def _scale(x: PackedTexts, y: PackedTexts, *, cost: Cost) -> float:
    if cost == "cosine":
        return 1.0
    return max(float(np.abs(side.vectors).max()) for side in (x, y)) * x.vectors.shape[1] ** 0.5


def _lowered(bound: float, scale: float) -> float:
    return max(0.0, float(bound) - SLACK * scale)
