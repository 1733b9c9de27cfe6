"""Ends of sentences and of their parts, in Chinese and English."""

import pytest

from textzoo.data.text.sentence_ends import sentence_ends


def parts(text, level=0):
    borders = [0, *sentence_ends(text)[level].tolist()]
    borders += [len(text)] if borders[-1] < len(text) else []
    return [text[left:right] for left, right in zip(borders, borders[1:], strict=False)]


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("天亮了。他起床！好吗？", ["天亮了。", "他起床！", "好吗？"]),
        ("他说：“走吧！”她走了……完", ["他说：“走吧！”", "她走了……", "完"]),
        ("一\n\n  二\n", ["一\n\n  ", "二\n"]),
        ("He left. She stayed!  Why?", ["He left. ", "She stayed!  ", "Why?"]),
        ('"Go." He went.', ['"Go." ', "He went."]),
        ("It is 3.14. Mr. Lee of the U.S. Army", ["It is 3.14. ", "Mr. Lee of the U.S. Army"]),
        ("J. Smith, e.g. here. So", ["J. Smith, e.g. here. ", "So"]),
        ("see http://a.com/?b=c. Yes", ["see http://a.com/?b=c. ", "Yes"]),
        ("And so on... Then", ["And so on... ", "Then"]),
        ("no end", ["no end"]),
    ],
)  # fmt: skip
def test_sentences(text, sentences):
    assert parts(text) == sentences


def test_semicolons_and_commas():
    assert parts("一；二; 三", 1) == ["一；", "二; ", "三"]
    assert parts("一，二, 1,000三", 2) == ["一，", "二, ", "1,000三"]
    assert parts("他说“好，”她说", 2) == ["他说“好，”", "她说"]
