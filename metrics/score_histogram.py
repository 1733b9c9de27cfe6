"""Histogram of the scores of positive and negative labels around a threshold."""

from typing import NamedTuple

import numpy as np

from ..data.check_types import check_types


class ScoreHistogram(NamedTuple):
    """Counts of scores by their signed distance from the threshold; `str` draws them.

    `edges` has one element more than `positive` and `negative`. One of the edges is 0, the threshold. The first and
    the last bin also hold all scores beyond them.
    """

    edges: list[float]
    positive: list[int]
    negative: list[int]

    def __str__(self) -> str:
        lines = [f"{'score - threshold':>17}  {'positive':28}  negative"]
        maxima = [max(max(counts), 1) for counts in (self.positive, self.negative)]
        for i, pair in enumerate(zip(self.positive, self.negative, strict=True)):
            if self.edges[i] == 0:
                lines.append(f"{'threshold':>17}  {'-' * 48}")
            bars = [f"{count:>7} {'#' * -(-20 * count // most)}" for count, most in zip(pair, maxima, strict=True)]
            lines.append(f"{_bin_name(self.edges, i):>17}  {bars[0]:28}  {bars[1]}")
        return "\n".join(lines)


@check_types
def score_histogram(
    y_true: np.ndarray, logits: np.ndarray, *, threshold: float = 0.0, bins_per_side: int = 8
) -> ScoreHistogram:
    """Counts the scores of positive and of negative labels in bins of width 1 around the threshold.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float `[texts, labels]`.
        threshold: float.
        bins_per_side: int. Number of bins below the threshold, and above it.

    Returns:
        `ScoreHistogram`; every finite score is in one bin.

    Example:

    >>> import numpy as np
    >>> print(score_histogram(np.array([[1, 0, 0]]), np.array([[1.5, -0.5, -9.0]]), bins_per_side=2))
    score - threshold  positive                      negative
             below -1        0                             1 ####################
              -1 to 0        0                             1 ####################
            threshold  ------------------------------------------------
               0 to 1        0                             0
              above 1        1 ####################        0
    """
    distances = np.asarray(logits, "float64") - threshold
    # A score equal to the threshold counts as below: bins are open on the left.
    bins = np.ceil(np.nan_to_num(distances, nan=-np.inf)) - 1
    bins = np.clip(bins, -bins_per_side, bins_per_side - 1).astype(int) + bins_per_side
    targets, finite = np.asarray(y_true) > 0, np.isfinite(distances)
    counts = [np.bincount(bins[mask & finite], minlength=2 * bins_per_side) for mask in (targets, ~targets)]
    edges = np.arange(-bins_per_side, bins_per_side + 1).astype(float).tolist()
    return ScoreHistogram(edges=edges, positive=counts[0].tolist(), negative=counts[1].tolist())


def _bin_name(edges: list[float], i: int) -> str:
    if i == 0:
        return f"below {edges[1]:g}"
    return f"above {edges[i]:g}" if i == len(edges) - 2 else f"{edges[i]:g} to {edges[i + 1]:g}"
