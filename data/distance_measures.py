"""Distances between texts by name."""

from typing import Any, Literal

Measure = Literal["wmd", "wrd", "cosine"]
MEASURES: dict[str, dict[str, Any]] = {
    "wmd": {"cost": "euclidean", "weighting": "uniform"},
    "wrd": {"cost": "cosine", "weighting": "norm"},
    "cosine": {"cost": "cosine", "pooling": "mean"},
}
"""Arguments of `paired_distances` and `TextIndex`, by the name of the distance."""
