"""Greedy selection of spans against every subset of them."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from textzoo.data.qa.non_overlapping_spans import non_overlapping_spans

SPANS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), max_size=7, unique=True)


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


@given(SPANS, st.permutations(range(7)))
def test_it_is_the_best_of_all_subsets_compared_from_their_best_on(starts_and_lengths, order):
    """Among subsets without overlap, scores in descending order, the greedy one is the last lexicographically."""
    spans = [(start, start + length) for start, length in starts_and_lengths]
    scores = order[: len(spans)]
    subsets = [
        sorted(chosen, key=lambda n: -scores[n])
        for size in range(len(spans) + 1)
        for chosen in combinations(range(len(spans)), size)
        if not any(overlap(spans[a], spans[b]) for a, b in combinations(chosen, 2))
    ]
    assert non_overlapping_spans(spans, scores) == max(subsets, key=lambda chosen: [scores[n] for n in chosen])


def test_neighbours_do_not_overlap_and_the_earlier_of_equals_stays():
    assert non_overlapping_spans([(0, 2), (2, 4), (1, 3)], [1.0, 1.0, 1.0]) == [0, 1]


def test_none_of_none():
    assert non_overlapping_spans([], []) == []
