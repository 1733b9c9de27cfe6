"""Which word moved where."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .ground_costs import Cost, ground_costs
from .packed_texts import Weighting, pack_texts
from .paired_distances import check_widths
from .transport import transport


class Move(NamedTuple):
    """The numbers of two words, the mass that goes from one to the other, and what a unit of it costs."""

    source: int
    target: int
    mass: float
    cost: float


class Alignment(NamedTuple):
    """A cheapest plan between the words of two texts.

    `source_units` and `target_units`: the words; `plan`, `costs` `[n, m]`: mass and cost from each to each;
    `distance`: `Σ plan * costs`.
    """

    source_units: list[str]
    target_units: list[str]
    plan: np.ndarray
    costs: np.ndarray
    distance: float

    def moves(self) -> list[Move]:
        """What is moved, in the order of the source's words, the most mass of a word first."""
        pairs = zip(*np.nonzero(self.plan > 1e-12), strict=True)
        found = [Move(int(i), int(j), float(self.plan[i, j]), float(self.costs[i, j])) for i, j in pairs]
        return sorted(found, key=lambda move: (move.source, -move.mass, move.target))


def align(
    x,
    y,
    x_units: Sequence[str],
    y_units: Sequence[str],
    cost: Cost = "euclidean",
    weighting: Weighting = "uniform",
    x_weights=None,
    y_weights=None,
) -> Alignment:
    """The plan behind a distance; `cost` and `weighting` as in `paired_distances`.

    Args:
        x: `[n, d]`.
        y: `[m, d]`.
        x_units: the n words.
        y_units: the m words.
        cost: `"euclidean"` or `"cosine"`.
        weighting: `"uniform"` or `"norm"`, where no weights are given.
        x_weights: `[n]`, in place of `weighting`.
        y_weights: `[m]`, likewise.

    Returns:
        `Alignment`.

    Raises:
        ValueError: numbers of words and vectors differ, or a text is refused by `pack_texts`.

    Example:

    >>> align([[0.0], [3.0]], [[1.0]], ["a", "b"], ["c"]).moves()
    [Move(source=0, target=0, mass=0.5, cost=1.0), Move(source=1, target=0, mass=0.5, cost=2.0)]
    """
    packed_x = pack_texts([x], None if x_weights is None else [x_weights], weighting, "x")
    packed_y = pack_texts([y], None if y_weights is None else [y_weights], weighting, "y")
    check_widths(packed_x, packed_y)
    for name, units, packed in (("x", x_units, packed_x), ("y", y_units, packed_y)):
        if len(units) != len(packed.vectors):
            raise ValueError(f"Expected {len(packed.vectors)} words for {name}. Received: {len(units)}.")
    costs = ground_costs(packed_x.vectors, packed_y.vectors, cost)
    distance, plan = transport(costs, packed_x.weights, packed_y.weights)
    return Alignment(list(x_units), list(y_units), plan, costs, distance)
