"""How far positive and negative scores lie from the threshold."""

from typing import NamedTuple

import numpy as np


class ScoreHistogram(NamedTuple):
    """Counts of scores by their distance from the threshold; `str` draws them.

    `edges` has one number more than `positive` and `negative` have counts; 0 is the threshold and one of the edges.
    The first and the last bin hold what lies beyond, too.
    """

    edges: list[float]
    positive: list[int]
    negative: list[int]

    def __str__(self) -> str:
        lines = [f"{'score - threshold':>17}  {'positive':28}  negative"]
        most = [max(max(counts), 1) for counts in (self.positive, self.negative)]
        for i, pair in enumerate(zip(self.positive, self.negative, strict=True)):
            if self.edges[i] == 0:
                lines.append(f"{'threshold':>17}  {'-' * 48}")
            bars = [f"{count:>7} {'#' * -(-20 * count // top)}" for count, top in zip(pair, most, strict=True)]
            lines.append(f"{_span(self.edges, i):>17}  {bars[0]:28}  {bars[1]}")
        return "\n".join(lines)


def score_histogram(y_true: np.ndarray, logits: np.ndarray, threshold: float = 0.0, reach: int = 8) -> ScoreHistogram:
    """Counts the scores of positive and of negative labels in bins of width 1 around the threshold.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float, the same shape.
        threshold: float.
        reach: int. Bins on either side.

    Returns:
        `ScoreHistogram`; every finite score is in one bin.

    Example:

    >>> import numpy as np
    >>> print(score_histogram(np.array([[1, 0, 0]]), np.array([[1.5, -0.5, -9.0]]), reach=2))
    score - threshold  positive                      negative
             below -1        0                             1 ####################
              -1 to 0        0                             1 ####################
            threshold  ------------------------------------------------
               0 to 1        0                             0
              above 1        1 ####################        0
    """
    distances = np.asarray(logits, "float64") - threshold
    # A score at the threshold is not above it: bins are open on the left.
    bins = np.clip(np.ceil(np.nan_to_num(distances, nan=-np.inf)) - 1, -reach, reach - 1).astype(int) + reach
    wanted = np.asarray(y_true) > 0
    counts = [np.bincount(bins[rows & np.isfinite(distances)], minlength=2 * reach) for rows in (wanted, ~wanted)]
    edges = np.arange(-reach, reach + 1).astype(float).tolist()
    return ScoreHistogram(edges, counts[0].tolist(), counts[1].tolist())


def _span(edges: list[float], i: int) -> str:
    if i == 0:
        return f"below {edges[1]:g}"
    return f"above {edges[i]:g}" if i == len(edges) - 2 else f"{edges[i]:g} to {edges[i + 1]:g}"
