"""Answer recall against a slow count."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.oracles import slow_character_f1
from textzoo.metrics import answer_recall

ANSWERS = st.lists(st.text(alphabet="天气晴", min_size=1, max_size=4), max_size=4)


@settings(max_examples=60)
@given(st.lists(st.tuples(ANSWERS, ANSWERS), max_size=4), st.integers(1, 4))
def test_equals_counting(passages, k):
    generated, references = [answers for answers, _ in passages], [answers for _, answers in passages]
    for min_f1 in (None, 0.5):
        matches = []
        for answers, reference_answers in passages:
            for reference in dict.fromkeys(reference_answers):
                scores = [slow_character_f1(answer, reference) for answer in answers[:k]]
                matches.append(reference in answers[:k] if min_f1 is None else max(scores, default=0) >= min_f1)
        expected = np.mean(matches) if matches else 0.0
        np.testing.assert_allclose(answer_recall(generated, references, k=k, min_f1=min_f1), expected, atol=1e-12)


def test_an_anagram_is_not_the_same_answer():
    assert (
        answer_recall([["京北"]], [["北京"]], k=1) == 0 and answer_recall([["京北"]], [["北京"]], k=1, min_f1=0.5) == 1
    )


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="Expected references for 1 "):
        answer_recall([["a"]], [], k=1)
