"""Word Rotator's Distance."""

from .paired_distances import paired_distances


def wrd(x, y, x_weights=None, y_weights=None) -> float:
    """Word Rotator's Distance: words weigh their norm and are moved by turning.

    WMD with the cost `1 - cos(xᵢ, yⱼ)` and weights `‖xᵢ‖ / Σ‖x‖`. A zero vector weighs nothing; a text of nothing but
    zero vectors weighs its words equally, and is 1 away from every text that is not such a one.

    Args:
        x: `[n, d]`, a vector for each word.
        y: `[m, d]`.
        x_weights: `[n]`, in place of the norms; None: the norms.
        y_weights: `[m]`, likewise.

    Returns:
        The distance, in `[0, 2]`.

    Raises:
        ValueError: a text has no words, widths differ, a number is not finite, weights are negative or all 0.

    Example:

    >>> wrd([[3.0, 0.0], [0.0, 1.0]], [[5.0, 0.0]])
    0.25

    Reference:
        Yokoi et al., Word Rotator's Distance, EMNLP 2020; https://kexue.fm/archives/7388.
    """
    return float(
        paired_distances(
            [x],
            [y],
            "cosine",
            "norm",
            x_weights=None if x_weights is None else [x_weights],
            y_weights=None if y_weights is None else [y_weights],
        )[0]
    )


def wrd_similarity(x, y, x_weights=None, y_weights=None) -> float:
    """`1 - wrd`, in `[-1, 1]`: the cosine of the one-word texts.

    Example:

    >>> wrd_similarity([[3.0, 0.0]], [[0.0, 1.0], [0.0, 2.0]])
    0.0
    """
    return 1 - wrd(x, y, x_weights, y_weights)
