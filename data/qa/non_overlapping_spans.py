"""Of spans that overlap, the best."""

from collections.abc import Sequence


def non_overlapping_spans(spans: Sequence[tuple[int, int]], scores: Sequence[float]) -> list[int]:
    """The spans that do not overlap a better one that is chosen, taken best first.

    Args:
        spans: `(start, end)` of each, the end outside it.
        scores: of each; higher is better. Of equals the earlier one comes first.

    Returns:
        The numbers of the chosen spans, best first.

    Example:

    >>> non_overlapping_spans([(0, 4), (3, 6), (5, 8), (8, 9)], [0.5, 0.9, 0.4, 0.1])
    [1, 3]
    """
    taken: set[int] = set()
    chosen = []
    for number in sorted(range(len(spans)), key=lambda number: -scores[number]):
        place = range(*spans[number])
        if taken.isdisjoint(place):
            taken.update(place)
            chosen.append(number)
    return chosen
