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
        ("什么？", "王明", "question word alone"),
        ("“谁？”", "王明", "question word alone"),
        ("What is it?", "a pump", "question word alone"),
        ("多少钱？", "三元", None),
        ("他几岁？", "三岁", None),
        ("Who came?", "Li", None),
        ("王明得了多少分。？", "九分", "punctuation before its end"),
        ("谁说了“你好。”？", "王明", None),
        ("真的吗！？", "王明", None),
        ("王明去了公园？", "1998年", "no question word"),
        ("王明是不是作家？", "作家中的作家", None),
        ("王明 met 谁？", "李", None),
        ("Who met 王明和李明？", "张三", None),
        ("東京はどこですか？", "日本", None),
        ("中華人民共和國의 首都는?", "北京", None),
        ("Is 中华人民共和国 in Asia?", "yes", None),
        ("秦嶺以北的氣候型態是?", "溫帶季風氣候", None),
        ("乙二醛是有机还是无机化合物？", "有机物", None),
        ("这是啥东西？", "水泵", None),
        ("你吃饭了没？", "吃了", None),
        ("水温有多热？", "30℃", None),
        ("他喜不喜欢上海？", "喜爱", None),
        ("近几年他在哪里工作？", "北京", None),
        ("多少天然气进口？", "30亿立方米", None),
        ("气温是多少度？", "23~28℃", None),
        ("面积多少平方公里？", "960万平方千米", None),
        ("該市有多少人？", "兩萬人", None),
        ("几天能完成？", "一周", None),
        ("他哪年去世？", "贞观末", None),
        ("湖水深多少米？", "4.5米", None),
        ("评分有几项指标？", "五个", None),
        ("湖水深多少座？", "4.5米", "answer of another kind"),
        ("湖水深多少米？", "很深", "answer of another kind"),
        ("湖水深多少？", "4.5米", None),
        ("湖水深多少米？", "约4.5", None),
        ("来了几位客人？", "三人", None),
        ("来了多少人？", "十二万名学生", None),
        ("什么是几何？", "图形的学问", None),
        ("公司在哪几个城市？", "北京、上海", None),
        ("他几岁？", "上海", "answer of another kind"),
        ("公司哪一年成立？", "上海", "answer of another kind"),
        ("公司哪年成立？", "明代万历年间", None),
        ("公司成立于哪一年？", "一九九八", None),
    ],
)
def test_fault(question, answer, expected):
    assert validate_question(question, answer) == expected


PASSAGE = "青石镇图书馆由商人周伯年捐款修建，藏书以百倍的速度增加，其中（地方志）四百余册，常常常新。"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("谁捐款修建了青石镇图书馆？", None),
        ("藏书以多少倍的速度增加？", None),  # begins behind the numeral of 百倍
        ("图书馆的哪类书有四百余册？", None),
        ("什么常常常新？", None),  # the passage repeats it too
        ("图书馆由谁捐款修？", "cuts a word"),
        ("书馆由商人谁捐款修建？", "cuts a word"),
        ("什么其中（地方志？", "open bracket"),
        ("谁捐款修建谁捐款修建？", "repeats itself"),
        ("谁捐款捐款修建？", "repeats itself"),
        ("Who cats a part?", None),  # letters that a passage has too are no copied words
    ],
)
def test_fault_beside_the_passage(question, expected):
    assert validate_question(question, "百倍", PASSAGE) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did the old man do with the old man?", "repeats itself"),
        ("What is is it?", "repeats itself"),
        ("What did he do that that day?", "repeats itself"),
        ("Who is the man (the old one?", "open bracket"),
        ("Who is the other man of the mother?", None),
    ],
)
def test_english_form(question, expected):
    assert validate_question(question, "Li", "The old man was a father.") == expected
