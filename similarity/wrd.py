"""Word Rotator's Distance (WRD)."""

from .packed_texts import pack_pair
from .paired_distances import packed_distances


def wrd(x, y, *, x_weights=None, y_weights=None) -> float:
    """Computes Word Rotator's Distance: WMD with cosine costs, and norms as weights.

    The cost is `1 - cos(xᵢ, yⱼ)`, the weights are `‖xᵢ‖ / Σ‖x‖`. A zero vector has weight 0. A text of zero vectors has
    equal weights; its distance is 1 from every other text and 0 from another text of zero vectors.

    Args:
        x: float `[n, d]`. A vector for each word.
        y: float `[m, d]`.
        x_weights: float `[n]`. Replaces the norms; None: the norms.
        y_weights: float `[m]`, likewise.

    Returns:
        The distance, in `[0, 2]`.

    Raises:
        ValueError: A text has no words, widths differ, a number is not finite, or weights are negative or all 0.

    Example:

    >>> wrd([[3.0, 0.0], [0.0, 1.0]], [[5.0, 0.0]])
    0.25

    Reference:
        Yokoi et al., Word Rotator's Distance, EMNLP 2020; https://kexue.fm/archives/7388.
    """
    x, y = pack_pair(x, y, weighting="norm", x_weights=x_weights, y_weights=y_weights)
    return float(packed_distances(x, y, cost="cosine")[0])


def wrd_similarity(x, y, *, x_weights=None, y_weights=None) -> float:
    """Computes `1 - wrd`, in `[-1, 1]`. For texts of one word it is the cosine of their vectors.

    Example:

    >>> wrd_similarity([[3.0, 0.0]], [[0.0, 1.0], [0.0, 2.0]])
    0.0
    """
    return 1 - wrd(x, y, x_weights=x_weights, y_weights=y_weights)
