"""Faults of questions, in Chinese and in English."""

import pytest

from textzoo.data import validate_question


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("谁去了公园？", "王明", None),
        ("谁去了公园?", "王明", None),
        ("他说了“为什么？”", "王明", None),
        ("王明去公园了吗", "去了", None),
        ("Who went there ?", "Li", None),
        ("Who cares?", "car", None),  # only part of a word
        ("", "王明", "empty question"),
        (" ？", "王明", "empty question"),
        ("谁[UNK]了公园？", "王明", "unknown token"),
        ("Li?", "the Li", "question is the answer"),
        ("王明？", "王明", "question is the answer"),
        ("王明去了哪里？", "王明", "question holds the answer"),
        ("Where did old  LI go?", "Li", "question holds the answer"),
        ("谁去了公园", "王明", "no question mark or particle"),
        ("He went away.", "Li", "no question mark or particle"),
    ],
)
def test_fault(question, answer, expected):
    assert validate_question(question, answer) == expected
