"""Edges, brackets and quotes of answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data.qa.validate_answer import may_end_answer, may_start_answer, validate_answer

GOOD = """
U.S. | a.m. | Ph.D. | Apple Inc. | 《红楼梦》 | “人为损坏” | （甲）乙 | (a)b | 「甲」 | "x" | 'hi' | ‘hi’ | don’t
players' | players’ | rock 'n' roll | the '90s | O'Neil | C++ | C# | .NET | A- | -5% | +5 | ±3 | $5 | ¥100 | 36.5℃
5㎡ | 50% | ① | 3.14 | 12:30 | #tag | Karadžić | cafe\u0301 | 1931年 | 9 | 北京
"""
BAD = {
    "answer without letters and digits": ["", " ", ".", "。", "——", "…", "“”", "()", "😀", "|", "%"],
    "answer of several cells": ["张三 | 1999", "a\tb", "甲｜"],
    "punctuation at the edge of the answer": [
        *("西安。", "json.", "1999.", "plan B.", "no.", "、小李", "小李，", "Yes!", "什么？", "一二三——"),
        *("• 苹果", "🍎苹果"),
        *("COVID-", "：甲", "a;", "a:", "...a", "~5", "→ 下一步", "。甲", "5 -", "- 5"),
    ],
    "unpaired bracket or quote in the answer": [
        *("“人为损坏", "人为损坏”", "（甲", "甲）", "1)", "[1", '"x', "x\"", "'hello", "‘hi", "《a》和《b", "(a]"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("answer", [answer.strip() for line in GOOD.strip().split("\n") for answer in line.split("|")])
def test_a_well_formed_answer(answer):
    assert validate_answer(answer) is None


@pytest.mark.parametrize(("reason", "answer"), [(reason, answer) for reason, group in BAD.items() for answer in group])
def test_a_fault_is_named(reason, answer):
    assert validate_answer(answer) == reason


@settings(max_examples=300)
@given(st.text("a1.。（)“\"'|- 😀北℃", max_size=8))
def test_every_text_is_judged_and_a_good_one_has_good_edges(text):
    reason = validate_answer(text)
    assert reason is None or reason in BAD
    if reason is None:
        assert may_start_answer(text.strip(), 0) and may_end_answer(text.strip(), len(text.strip()))
        assert text.strip()[-1] not in "。|" and text.strip()[0] not in "。|)"


def test_edges_depend_on_the_context():
    assert may_start_answer("使用.NET", 2) and not may_start_answer("end.Then", 3)
    assert may_end_answer("A- and", 2) and not may_end_answer("X-ray", 2)
    assert may_end_answer("C++ is", 3) and not may_end_answer("C++ is", 2)
