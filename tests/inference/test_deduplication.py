"""No two kept questions of overlapping pieces are alike, and the better one stays."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import ScoredQAPair
from textzoo.inference import Deduplicator
from textzoo.similarity import wrd_similarity

LEVEL = 0.9
WORDS = np.array([[1.0, 0.0], [0.96, 0.28], [0.0, 2.0], [0.5, 0.5]])


def pair(rank, start=0, rejection_reason=None):
    return ScoredQAPair(
        "谁？",
        "甲",
        start,
        start + 1,
        ((start, start + 1),),
        -1.0,
        -1.0,
        -1.0,
        rank=rank,
        rejection_reason=rejection_reason,
    )


@given(
    st.lists(
        st.lists(st.tuples(st.integers(-3, 0), st.lists(st.integers(0, 3), min_size=1, max_size=3)), max_size=4),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([4, 6]),
)
@settings(deadline=None, max_examples=60)
def test_against_every_pair_of_kept_questions(pieces, length):
    merge, vectors, starts = Deduplicator(LEVEL), [], []
    for number, rows in enumerate(pieces):
        merge.add(
            [pair(rank) for rank, _ in rows], [WORDS[words] for _, words in rows], 4 * number, 4 * number + length
        )
        vectors += [WORDS[words] for _, words in rows]
        starts += [number] * len(rows)
    kept = [i for i, found in enumerate(merge.pairs) if found.rejection_reason is None]

    def alike(i, j):
        overlap = starts[i] == starts[j] or (abs(starts[i] - starts[j]) == 1 and length > 4)
        return overlap and wrd_similarity(vectors[i], vectors[j]) > LEVEL

    assert not any(alike(i, j) for i in kept for j in kept if i < j)
    for i, found in enumerate(merge.pairs):
        if found.rejection_reason is not None:
            assert any(alike(i, j) and merge.pairs[j].rank >= found.rank for j in range(len(vectors)) if j != i)


def test_reasons_ties_and_what_was_rejected_before():
    merge, same = Deduplicator(LEVEL), np.eye(2)
    merge.add([pair(-1, 3), pair(0, 3, "round trip"), pair(-1, 3)], [same] * 3, 0, 5)
    merge.add([pair(-0.5, 7), pair(-9, 7)], [same, same], 2, 9)
    assert [found.rejection_reason for found in merge.pairs] == [
        "same question, another answer",
        "round trip",
        "duplicate",
        None,
        "duplicate",
    ]
