"""Search for an answer, by cases and against all substrings."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import locate_answer


@pytest.mark.parametrize(
    "passage, answer, start, span",
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
        ("李明1998年毕业，同班共有98人。", "98", None, (14, 16)),
        ("A cart passed by; the art was sold.", "art", None, (22, 25)),
        ("A cart passed by; the art was sold.", "art", 3, (22, 25)),
        ("圆周率3.14，共14人", "14", None, (9, 11)),
        ("３１９９８年有９８人", "９８", None, (7, 9)),
        ("比分3,5,7", "5", None, (4, 5)),
        ("格利泽581b与格利泽581", "格利泽581", 0, (8, 14)),
        ("42.00床", "42", 0, (0, 2)),
        ("北京和北京", "北京", -2, (0, 2)),
        ("北京和北京", "北京", 99, (3, 5)),
        ("北京和 北京", " 北京", 3, (4, 6)),
        ("the Woods, woods", "woods", 4, (4, 9)),
        ("建于１９３１年 。", "1931年。", None, (2, 9)),
        ("ABC公司", "ＡＢＣ公司", None, (0, 5)),
        ("我 用 iPhone 吗", "我用iPhone", None, (0, 10)),
        ("北\n京 是", "北京", None, (0, 3)),
        ("“人为损坏”不保", '"人为损坏"', None, (0, 6)),
        ("Radovan Karadžić met", "karadzic", None, (8, 16)),
        ("cafe\u0301 au lait", "café", None, (0, 5)),
        ("café", "cafe\u0301", None, (0, 4)),
        ("the café, cafe", "cafe", None, (10, 14)),
        ("5㎡", "5m2", None, (0, 2)),
        ("5㎡", "5m", None, None),
        ("soft\u00adware", "software", None, (0, 9)),
        ("Être ou", "Être", None, (0, 4)),
        ("naïveté", "naïve", None, None),
        ("ｃａｒｔ ａｒｔ 等", "art", None, (5, 8)),
        ("don't, can’t; t", "t", None, (14, 15)),
        ("Smith's and s", "Smith", None, (0, 5)),
        ("O'Brien", "Brien", None, (2, 7)),
        ("Москва́ и Москвач", "москва", None, (0, 7)),
        ("11 \u0301北", "1 \u0301", 1, (1, 4)),
    ],
)
def test_span_of_an_answer(passage, answer, start, span):
    assert locate_answer(passage, answer, start=start) == span


@settings(max_examples=200)
@given(
    st.text("北京 \n", max_size=12), st.text("北京 ", min_size=1, max_size=3), st.one_of(st.none(), st.integers(0, 12))
)
def test_the_nearest_of_all_occurrences_is_found(passage, answer, start):
    folded = " ".join(answer.split())
    spans = [
        (first, end)
        for first in range(len(passage))
        for end in range(first + 1, len(passage) + 1)
        if folded
        and passage[first:end].strip() == passage[first:end]
        and " ".join(passage[first:end].split()) == folded
    ]
    span = locate_answer(passage, answer.strip(), start=start)
    if not spans:
        assert span is None or "".join(passage[slice(*span)].split()) == "".join(answer.split())
    elif start is None:
        assert span == spans[0]
    elif span not in spans:  # at the start itself, but with other whitespace
        assert span[0] == start and "".join(passage[slice(*span)].split()) == "".join(answer.split())
    else:
        assert abs(span[0] - start) == min(abs(first - start) for first, _ in spans)


@settings(max_examples=300)
@given(st.text("aé１1.: 北\n\u0301ﬁ", max_size=12), st.text(max_size=4), st.integers(-3, 14))
def test_a_span_has_the_text_of_its_answer(passage, other, start):
    """Any part of a passage is found, as itself or as a part that a reader takes for the same."""
    for answer in (passage[max(0, start) : max(0, start) + 3], other):
        span = locate_answer(passage, answer, start=start)
        if start >= 0 and answer.strip() and answer in passage:
            assert span is not None
        if span is not None:
            assert 0 <= span[0] < span[1] <= len(passage)
            read = re.sub(r"\W|\u0301", "", unicodedata.normalize("NFKD", passage[slice(*span)]).casefold())
            assert read == re.sub(r"\W|\u0301", "", unicodedata.normalize("NFKD", answer).casefold())
