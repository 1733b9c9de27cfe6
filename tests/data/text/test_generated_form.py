"""Faults of form of generated texts, beside their source."""

import pytest

from textzoo.data.text.generated_form import form_fault
from textzoo.data.text.word_segmentation import use_user_dictionary

SOURCE = "雪豹生活在高山地带。本周六上午城东水厂停水，节点能量有限，学生参加了第三届活动。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雪豹生活在高山地带", None),
        ("雪豹生", "cuts a word"),
        ("本周六上", "cuts a word"),
        ("城东水厂停水", None),
        ("节点能耗", None),  # the run ends inside a word of the text too
        ("他对学生活动", None),  # the run of 学生 ends where a word of the text begins
        ("雪豹豹", "repeats itself"),
        ("常常停水", None),  # doubled within a word
        ("停水停水", "repeats itself"),
        ("雪豹[UNK]", "unknown token"),
        ("《雪豹", "open bracket"),
        ("", None),
        ("Snow leopard of of the hills", "repeats itself"),
        ("Snow leopards", None),
    ],
)
def test_fault(text, expected):
    assert form_fault(text, SOURCE) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("雪豹生", None), ("雪豹豹", "repeats itself"), ("豹（", "open bracket")]
)
def test_fault_of_a_text_alone(text, expected):
    assert form_fault(text) == expected


def test_words_are_those_of_the_dictionary():
    """jieba guesses the word 队以."""
    assert form_fault("海州队夺得什么", "海州队以3比2战胜了云岭队，第一次夺得冠军。") is None


def test_what_the_source_has_may_be_repeated():
    assert form_fault("能能", "能能公司") is None


def test_words_of_the_user_count_at_once():
    assert form_fault("雪豹生", SOURCE) == "cuts a word"
    use_user_dictionary(["雪豹生 100000000", "活在 100000000"])
    try:
        assert form_fault("雪豹生", SOURCE) is None
    finally:
        use_user_dictionary(None)
    assert form_fault("雪豹生", SOURCE) == "cuts a word"
