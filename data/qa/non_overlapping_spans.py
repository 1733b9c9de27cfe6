"""Non-maximum suppression over answer spans."""

from collections.abc import Sequence


def non_overlapping_spans(spans: Sequence[tuple[int, int]], scores: Sequence[float]) -> list[int]:
    """Selects spans greedily by score, without those that overlap a selected one.

    Args:
        spans: `(start, end)` of each span, end exclusive.
        scores: Score of each span; higher is better. Ties go to the earlier span in the list.

    Returns:
        The indices of the selected spans, best first.

    Example:

    >>> non_overlapping_spans([(0, 4), (3, 6), (5, 8), (8, 9)], [0.5, 0.9, 0.4, 0.1])
    [1, 3]
    """
    covered: set[int] = set()
    selected = []
    for index in sorted(range(len(spans)), key=lambda index: -scores[index]):
        start, end = spans[index]
        positions = range(start, end)
        if covered.isdisjoint(positions):
            covered.update(positions)
            selected.append(index)
    return selected
