"""Word Mover's Distance (WMD)."""

from .ground_costs import Cost
from .packed_texts import pack_pair
from .paired_distances import packed_distances


def wmd(x, y, *, cost: Cost = "euclidean", x_weights=None, y_weights=None) -> float:
    """Computes Word Mover's Distance: the least cost of moving the words of one text onto those of another.

    `min Σᵢⱼ γᵢⱼ c(xᵢ, yⱼ)` over plans `γ >= 0` whose row and column sums are the words' weights. The solution is exact.

    Args:
        x: float `[n, d]`. A vector for each word.
        y: float `[m, d]`.
        cost: `"euclidean"`, or `"cosine"` (WMD-cos in the literature).
        x_weights: float `[n]`, such as IDF, normalized to sum 1; None: equal weights.
        y_weights: float `[m]`, likewise.

    Returns:
        The distance in float64 precision, 0 for equal texts.

    Raises:
        ValueError: A text has no words, widths differ, a number is not finite, or weights are negative or all 0.

    Example:

    >>> wmd([[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0]])
    2.5

    Reference:
        Kusner et al., From Word Embeddings To Document Distances, 2015; https://kexue.fm/archives/7388.
    """
    x, y = pack_pair(x, y, weighting="uniform", x_weights=x_weights, y_weights=y_weights)
    return float(packed_distances(x, y, cost=cost)[0])
