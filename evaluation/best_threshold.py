"""The threshold that held-out texts ask for."""

import numpy as np


def best_threshold(y_true: np.ndarray, logits: np.ndarray, average: str = "macro", candidates: int = 200) -> float:
    """One threshold for all labels with the highest F1; choose it on texts that neither train nor test.

    Args:
        y_true: `[texts, labels]` of 0 and 1.
        logits: float, the same shape.
        average: `"micro"` or `"macro"`.
        candidates: int. How many of the scores' quantiles are tried, besides 0.

    Returns:
        The threshold; of equally good ones that nearest to 0.

    Raises:
        ValueError: the average is another name.

    Example:

    >>> import numpy as np
    >>> best_threshold(np.array([[1], [0], [0]]), np.array([[-1.0], [-2.0], [-3.0]]), "micro")
    -2.0
    """
    if average not in ("micro", "macro"):
        raise ValueError(f"Expected average 'micro' or 'macro'. Received: {average!r}")
    wanted, scores = np.asarray(y_true) > 0, np.asarray(logits, "float64")
    # F1 changes where labels are given: most tried are among the highest scores, where the positives are.
    shares = 1 - np.geomspace(1 / max(scores.size, 2), 1, candidates)
    levels = np.unique(np.append(np.quantile(scores[np.isfinite(scores)], shares, method="lower"), 0.0))
    levels = np.append(levels, np.nextafter(levels[0], -np.inf))
    figures = [_f1(wanted, scores > level, average) for level in levels]
    best = max(figures)
    return float(min((level for level, f1 in zip(levels, figures, strict=True) if f1 == best), key=abs))


def _f1(wanted, found, average: str) -> float:
    axis = None if average == "micro" else 0
    hits, total = (wanted & found).sum(axis), wanted.sum(axis) + found.sum(axis)
    return float(np.mean(np.where(total > 0, 2 * hits / np.maximum(total, 1), 0)))
