"""Word Mover's Distance."""

from .ground_costs import Cost
from .paired_distances import paired_distances


def wmd(x, y, x_weights=None, y_weights=None, cost: Cost = "euclidean") -> float:
    """Word Mover's Distance: the least it takes to move the words of one text onto the other's.

    `min Σᵢⱼ γᵢⱼ c(xᵢ, yⱼ)` over plans `γ >= 0` whose row and column sums are the words' weights, exactly.

    Args:
        x: `[n, d]`, a vector for each word.
        y: `[m, d]`.
        x_weights: `[n]`, such as IDF, normalised to sum 1; None: equal.
        y_weights: `[m]`, likewise.
        cost: `"euclidean"`, or `"cosine"` (the literature's WMD-cos).

    Returns:
        The distance, 0 for equal texts; float64 precision.

    Raises:
        ValueError: a text has no words, widths differ, a number is not finite, weights are negative or all 0.

    Example:

    >>> wmd([[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0]])
    2.5

    Reference:
        Kusner et al., From Word Embeddings To Document Distances, 2015; https://kexue.fm/archives/7388.
    """
    return float(
        paired_distances(
            [x],
            [y],
            cost,
            x_weights=None if x_weights is None else [x_weights],
            y_weights=None if y_weights is None else [y_weights],
        )[0]
    )
