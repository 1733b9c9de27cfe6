"""Search for an answer, by cases and against all substrings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import locate_answer


@pytest.mark.parametrize(
    "passage, answer, near, span",
    [
        ("北京和北京", "北京", None, (0, 2)),
        ("北京和北京", "北京", 3, (3, 5)),
        ("北京和北京", "北京", 2, (3, 5)),
        ("北京和北京", "北京", 1, (0, 2)),
        ("哈哈哈", "哈哈", 1, (1, 3)),
        ("a red\n\n hat", "red hat", None, (2, 11)),
        ("The Woods", "the woods", None, (0, 9)),
        ("the Woods. The woods", "The woods", None, (11, 20)),
        ("he ran away, then", "he ran away.", None, (0, 11)),
        ("a cart and art", "art", None, (11, 14)),
        ("a cart", "art", None, None),
        ("a cart", "art", 0, (3, 6)),
        ("in 1990s", "1990", 3, (3, 7)),
        ("第12月", "12", None, (1, 3)),
        ("C++ (the language)", "C++", None, (0, 3)),
        ("北京", "上海", None, None),
        ("北京", "", None, None),
        ("北京", " \n", 0, None),
        ("北京。", "。", None, (2, 3)),
    ],
)
def test_span_of_an_answer(passage, answer, near, span):
    assert locate_answer(passage, answer, near=near) == span


@settings(deadline=None, max_examples=200)
@given(
    st.text("北京 \n", max_size=12), st.text("北京 ", min_size=1, max_size=3), st.one_of(st.none(), st.integers(0, 12))
)
def test_the_nearest_of_all_occurrences_is_found(passage, answer, near):
    folded = " ".join(answer.split())
    spans = [
        (start, end)
        for start in range(len(passage))
        for end in range(start + 1, len(passage) + 1)
        if folded
        and passage[start:end].strip() == passage[start:end]
        and " ".join(passage[start:end].split()) == folded
    ]
    span = locate_answer(passage, answer.strip(), near=near)
    if not spans:
        assert span is None
    elif near is None:
        assert span == spans[0]
    else:
        assert span in spans
        assert abs(span[0] - near) == min(abs(start - near) for start, _ in spans)
