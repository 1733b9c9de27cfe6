"""Given answers as strings, spans and dicts."""

import numpy as np
import pytest

from textzoo.data.qa.answer_span import answer_span

PASSAGE = "小红在北京出生，2019年回到北京。"


@pytest.mark.parametrize(
    ("answer", "span"),
    [
        ("北京", (3, 5)),
        ({"text": "北京"}, (3, 5)),
        ({"text": "北京", "start": 15}, (15, 17)),
        ({"text": "北京", "answer_start": 15}, (15, 17)),
        ({"text": "北京", "start": 12}, (15, 17)),
        ({"text": "19", "start": 10}, (10, 12)),
        ((10, 12), (10, 12)),
        ([15, np.int64(17)], (15, 17)),
        ("19", None),
        ("上海", None),
        ("", None),
    ],
)
def test_the_span_of_an_answer(answer, span):
    assert answer_span(PASSAGE, answer) == span


@pytest.mark.parametrize(
    "answer", [None, 3, 3.5, b"\xe5", ["北京"], ("a", 2), (1, 2, 3), (True, 2), {"text": 3}, {"start": 3}, {}, ()]
)
def test_another_type_is_named(answer):
    with pytest.raises(ValueError, match=r"^Expected an answer as a string, a span .*Received: "):
        answer_span(PASSAGE, answer)


@pytest.mark.parametrize("span", [(5, 5), (5, 3), (-2, 1), (0, 99)])
def test_a_span_outside_the_passage(span):
    with pytest.raises(ValueError, match=r"inside the passage of 18 characters. Received: \("):
        answer_span(PASSAGE, span)


def test_a_start_of_another_type():
    with pytest.raises(ValueError, match="Expected an answer as"):
        answer_span(PASSAGE, {"text": "北京", "start": "15"})
