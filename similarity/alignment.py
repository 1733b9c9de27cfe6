"""Alignment of the words of two texts by the optimal transport plan."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .check_arguments import checked_words
from .ground_costs import Cost, ground_costs
from .packed_texts import Weighting, pack_pair
from .transport import transport


class Move(NamedTuple):
    """Mass moved from one word to another.

    Attributes:
        source: Index of the source word.
        target: Index of the target word.
        mass: Mass moved.
        cost: Cost per unit of mass.
    """

    source: int
    target: int
    mass: float
    cost: float


class Alignment(NamedTuple):
    """Optimal transport plan between the words of two texts.

    Attributes:
        source_units: The n source words.
        target_units: The m target words.
        plan: float64 `[n, m]`. Mass moved from each source word to each target word.
        costs: float64 `[n, m]`. Cost per unit of mass.
        distance: `Σ plan * costs`.
    """

    source_units: list[str]
    target_units: list[str]
    plan: np.ndarray
    costs: np.ndarray
    distance: float

    def moves(self) -> list[Move]:
        """Returns the moves of the plan in the order of the source words, the largest mass of a word first."""
        pairs = zip(*np.nonzero(self.plan > 1e-12), strict=True)
        moves = [
            Move(source=int(i), target=int(j), mass=float(self.plan[i, j]), cost=float(self.costs[i, j]))
            for i, j in pairs
        ]
        return sorted(moves, key=lambda move: (move.source, -move.mass, move.target))


def align(
    x,
    y,
    *,
    x_units: Sequence[str],
    y_units: Sequence[str],
    cost: Cost = "euclidean",
    weighting: Weighting = "uniform",
    x_weights=None,
    y_weights=None,
) -> Alignment:
    """Computes the transport plan behind a distance. `cost` and `weighting` are those of `paired_distances`.

    Args:
        x: float `[n, d]`. Vectors of the source words.
        y: float `[m, d]`. Vectors of the target words.
        x_units: The n source words.
        y_units: The m target words.
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`; applies if no weights are given.
        x_weights: float `[n]`. Replaces `weighting`.
        y_weights: float `[m]`, likewise.

    Returns:
        `Alignment`.

    Raises:
        ValueError: The numbers of words and vectors differ, or `pack_texts` rejects a text.

    Example:

    >>> align([[0.0], [3.0]], [[1.0]], x_units=["a", "b"], y_units=["c"]).moves()
    [Move(source=0, target=0, mass=0.5, cost=1.0), Move(source=1, target=0, mass=0.5, cost=2.0)]
    """
    x_units, y_units = checked_words(x_units, "x_units"), checked_words(y_units, "y_units")
    packed_x, packed_y = pack_pair(x, y, weighting=weighting, x_weights=x_weights, y_weights=y_weights)
    for name, units, packed in (("x", x_units, packed_x), ("y", y_units, packed_y)):
        if len(units) != len(packed.vectors):
            raise ValueError(f"Expected {len(packed.vectors)} words for {name}. Received: {len(units)}.")
    costs = ground_costs(packed_x.vectors, packed_y.vectors, cost=cost)
    distance, plan = transport(costs, source_weights=packed_x.weights, target_weights=packed_y.weights)
    return Alignment(source_units=x_units, target_units=y_units, plan=plan, costs=costs, distance=distance)
