"""Cloze pairs of invented statements, and properties that hold for any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import QAExample, cloze_pairs, group_sentences

ASKED = [
    ("陈静1998年出版了第一本小说。", "陈静哪一年出版了第一本小说？", "1998年"),
    ("1998年，陈静出版了第一本小说。", "哪一年陈静出版了第一本小说？", "1998年"),
    ("陈静是上海人，1998年出版了第一本小说。", "陈静哪一年出版了第一本小说？", "1998年"),
    ("陈静是一位作家。她来自上海。", "陈静来自哪里？", "上海"),
    ("海州队以3比2战胜了云岭队。", "海州队以几比几战胜了云岭队？", "3比2"),
    ("李明于2001年考上了南京大学。", "李明于2001年考上了哪所大学？", "南京大学"),
    ("陈静 是 作家。", "陈静 是 什么？", "作家"),
    ("陈静是作家\r\n她来自上海\r\n", "陈静来自哪里？", "上海"),
    ("公司有12,000名员工。", "公司有多少名员工？", "12,000名"),
    ("上午10时30分，会议开始。", "什么时候会议开始？", "上午10时30分"),
    ("陈静出版过三本小说。", "陈静出版过多少本小说？", "三本"),
    ("陈静管理城市。", "谁管理城市？", "陈静"),
    ("雪豹的尾巴长约90厘米。", "雪豹的尾巴长约多少厘米？", "90厘米"),
    ("图书馆由商人李明捐款修建。", "图书馆由谁捐款修建？", "李明"),
    ("这款耳机增加了主动降噪功能。", "这款耳机增加了什么功能？", "主动降噪功能"),
    ("会议的地点为图书馆。", "会议的地点是什么？", "图书馆"),
    ("陈静（女，1970年生），作家。2001年考上了南京大学。", "陈静2001年考上了哪所大学？", "南京大学"),
    ("陈静是作家。其作品获得金鹿奖。", "陈静的作品获得什么奖？", "金鹿奖"),
    ("陈静是作家，其出生于上海市。", "陈静出生于哪个城市？", "上海市"),
    ("人口达到500万人。", "人口达到多少人？", "500万人"),
    ("河流东西长约551千米。", "河流东西长约多少千米？", "551千米"),
    ("1998年李明出生于上海市。", "1998年谁出生于上海市？", "李明"),
    ("小说的作者是李明。", "小说的作者是谁？", "李明"),
]
UNASKED = (
    "。",
    "It opened in 1998年.",
    "《论语》1998年出版。",
    "1998年和1998年出版。",
    "上证指数收于3035点。",
    "得分3.5点很好看",
    "他们有1500年历史",
    "苹果重1.5-2.5公斤左右。",
    "在上海工作" * 20,
    "陈静管理城市吗？",
    "如果陈静管理城市。",
    "陈静1998年指出：",
    "陈静在上海工作时，",
    "他们1998年来自上海。",
    "长10米至20米。",
    "城市在1998年至2001年扩大。",
    "陈静管理城市吗?",
)
NAMES = "陈静 海州队 城市 图书馆 上海 1998年 3比2 上午9点 90厘米 12,000名 三本小说".split()
PARTS = [*NAMES, *"管理 出版了 战胜了 是 在 的 有 他 《 》 a 3".split(), *"，，，。。；？！ \n"]


@pytest.mark.parametrize(("passage", "question", "answer"), ASKED)
def test_a_question_word_takes_the_place_of_the_answer(passage, question, answer):
    assert (question, answer) in [(pair.question, pair.answer) for pair in cloze_pairs(passage)]


@pytest.mark.parametrize("passage", ["", *UNASKED])
def test_what_is_not_asked_about(passage):
    """No Chinese clause, titles in quotation marks, repeated answers, parts of numbers, long clauses."""
    assert cloze_pairs(passage) == []


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        ("鲍林规则适用于晶体。", "鲍林"),
        ("陈静的儿子李明考上了南京大学。", "李明"),
        ("工程在2012年5月7日前完成了验收。", "2012年5月"),
        ("工程在2012年5月7日前完成了验收。", "2012年"),
        ("工程在2012年5月7日前完成了验收。", "5月7日"),
        ("这款耳机提供更为合适的分类。", "更为合适的分类"),
        ("公司宣布关闭这些生产基地。", "基地"),
        ("岩层由安山岩和花岗岩构成。", "安山岩"),
        ("守谦上表谢恩。", "谢恩"),
        ("余杭站管理城市。", "余杭"),
        ("乌江是中国第一大河。", "大河"),
        ("学校聘请陈静为教授。", "教授"),
        ("公司为学校建造图书馆。", "学校建造图书馆"),
        ("市长是镇长（又称村长。", "镇长（又称村长"),
    ],
)
def test_half_phrases_and_adverbs_are_no_answers(passage, answer):
    assert answer not in [pair.answer for pair in cloze_pairs(passage)]


def test_a_clause_that_begins_with_an_attribute_has_no_questions():
    assert cloze_pairs("唯一仍提供巴士服务的路线。") == []


@pytest.mark.parametrize(
    "passage",
    [
        "陈静是作家，李明是医生，1998年毕业。",
        "陈静是作家。在上海的公司1998年关闭了。",
        "本文写得好，陈静是作家。1998年毕业。",
        "在公司（简称公司），人们工作。1998年毕业。",
    ],
)
def test_an_unclear_subject_is_not_guessed(passage):
    """Two subjects before, an own one that the rules do not find, none in the first clause."""
    assert "1998年" not in [pair.answer for pair in cloze_pairs(passage)]


def test_all_nouns_give_more_pairs_and_keep_the_others():
    passage = "图书馆由商人李明捐款修建，现有图书十二万册。"
    few, many = cloze_pairs(passage), cloze_pairs(passage, all_nouns=True)
    assert len(few) < len(many) and set(few) <= set(many)
    assert ("什么由商人李明捐款修建？", "图书馆") in [(pair.question, pair.answer) for pair in many]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PARTS), max_size=16).map("".join), st.booleans())
def test_answers_are_in_their_passage_and_not_in_their_question(passage, all_nouns):
    pairs = cloze_pairs(passage, all_nouns)
    assert len({(pair.start, pair.end) for pair in pairs}) == len(pairs)
    for pair in pairs:
        assert isinstance(pair, QAExample) and pair.passage == passage
        assert passage[pair.start : pair.end] == pair.answer and pair.answer
        assert pair.question.endswith("？") and pair.answer not in pair.question


@given(st.text("天亮了。他起床！\n走；", max_size=40), st.integers(1, 12))
def test_groups_concatenated_are_the_text(text, max_characters):
    groups = list(group_sentences(text, max_characters))
    assert "".join(groups) == text
    for one, other in zip(groups, groups[1:], strict=False):
        first = next(group_sentences(other, 1))
        assert len(one) + len(first) > max_characters
    assert all(len(group) <= max_characters or len(list(group_sentences(group, 1))) == 1 for group in groups)
