"""No two kept questions of overlapping chunks are similar, and the better one is kept."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import ScoredQAPair
from textzoo.inference import Deduplicator
from textzoo.similarity import wrd_similarity

MAX_SIMILARITY = 0.9
WORD_EMBEDDINGS = np.array([[1.0, 0.0], [0.96, 0.28], [0.0, 2.0], [0.5, 0.5]])


def pair(rank, start=0, *, question="谁？", rejection_reason=None):
    return ScoredQAPair(
        question,
        "甲",
        start=start,
        end=start + 1,
        occurrences=((start, start + 1),),
        answer_logprob=-1.0,
        question_logprob=-1.0,
        score=-1.0,
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
@settings(max_examples=60)
def test_against_every_pair_of_kept_questions(chunks, length):
    deduplicator, embeddings, starts = Deduplicator(MAX_SIMILARITY), [], []
    for number, rows in enumerate(chunks):
        deduplicator.add(
            [pair(rank, question=f"{number}, {row}?") for row, (rank, _) in enumerate(rows)],
            [WORD_EMBEDDINGS[words] for _, words in rows],
            start=4 * number,
            end=4 * number + length,
        )
        embeddings += [WORD_EMBEDDINGS[words] for _, words in rows]
        starts += [number] * len(rows)
    kept = [i for i, scored in enumerate(deduplicator.pairs) if scored.rejection_reason is None]

    def similar(i, j):
        overlap = starts[i] == starts[j] or (abs(starts[i] - starts[j]) == 1 and length > 4)
        return overlap and wrd_similarity(embeddings[i], embeddings[j]) > MAX_SIMILARITY

    assert not any(similar(i, j) for i in kept for j in kept if i < j)
    for i, scored in enumerate(deduplicator.pairs):
        if scored.rejection_reason is not None:
            assert any(
                similar(i, j) and deduplicator.pairs[j].rank >= scored.rank for j in range(len(embeddings)) if j != i
            )


def test_reasons_ties_and_earlier_rejections():
    deduplicator, same = Deduplicator(MAX_SIMILARITY), np.eye(2)
    deduplicator.add([pair(-1, 3), pair(0, 3, rejection_reason="round trip"), pair(-1, 3)], [same] * 3, start=0, end=5)
    deduplicator.add([pair(-0.5, 7), pair(-9, 7)], [same, same], start=2, end=9)
    assert [scored.rejection_reason for scored in deduplicator.pairs] == [
        "same question, another answer",
        "round trip",
        "duplicate",
        None,
        "duplicate",
    ]


def test_a_question_of_an_earlier_chunk_is_not_asked_again():
    deduplicator = Deduplicator(MAX_SIMILARITY)
    for number, question in enumerate(["谁？", "何时？", "谁？", "谁？"]):
        embeddings = [WORD_EMBEDDINGS[[number]]]
        deduplicator.add(
            [pair(number, 4 * number, question=question)], embeddings, start=4 * number, end=4 * number + 4
        )
    another = "same question, another answer"
    assert [scored.rejection_reason for scored in deduplicator.pairs] == [None, None, another, another]
