"""Sources, targets and their weights against values computed by hand."""

import numpy as np
import pytest

from textzoo.data import QAExample, Tokenizer
from textzoo.models import QAPreprocessor

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
CLS, SEP = 2, 3


def preprocessor(text="小李在上海来谁了哪？。", extra=(), **kwargs):
    return QAPreprocessor(Tokenizer([*SPECIAL, *dict.fromkeys(text), *extra]), **kwargs)


def ids(pre, text):
    return [pre.tokenizer.token_to_id(character) for character in text]


def test_target_is_answer_then_question():
    pre = preprocessor()
    (record,) = pre.records([QAExample("小李在上海。", "谁在上海？", "小李", 0)])
    assert record["source_ids"].tolist() == [CLS, *ids(pre, "小李在上海。"), SEP]
    assert record["target_ids"].tolist() == [[*ids(pre, "小李"), SEP, *ids(pre, "谁在上海？"), SEP]]
    assert record["target_spans"].tolist() == [[1, 3]]
    assert record["target_weights"].tolist() == [[1] * 9]


def test_pairs_of_a_passage_are_its_streams():
    pre = preprocessor()
    text = "小李在上海。"
    examples = [
        QAExample(text, "谁？", "小李", 0),
        QAExample("上海来了", "谁？", "上海", 0),
        QAExample(text, "哪？", "上海", 3),
    ]
    first, second = pre.records(examples)
    assert first["target_spans"].tolist() == [[1, 3], [4, 6]]
    assert first["target_ids"].shape[0] == 2 and second["target_ids"].shape[0] == 1
    many = pre.records([QAExample(text, "谁？", "小李", 0)] * 19)
    assert [len(record["target_ids"]) for record in many] == [8, 8, 3]


def test_an_answer_outside_its_passage_trains_the_question_only():
    pre = preprocessor()
    (record,) = pre.records([QAExample("小李在上海。", "谁？", "上了", None)])
    assert record["target_weights"].tolist() == [[0, 0, 0, 1, 1, 1]]
    assert record["target_spans"].tolist() == [[0, 0]]


def test_an_answer_inside_a_token_trains_the_question_only():
    pre = preprocessor(extra=["1998", "98"])
    text = "小李1998，98。"
    inside, whole = (pre.records([QAExample(text, "谁？", "98", start)])[0] for start in (4, 7))
    assert inside["target_weights"].tolist() == [[0, 0, 1, 1, 1]]
    assert inside["target_spans"].tolist() == [[3, 4]] and whole["target_spans"].tolist() == [[5, 6]]
    assert whole["target_ids"].tolist()[0][0] == pre.tokenizer.token_to_id("98")
    assert whole["target_weights"].tolist() == [[1, 1, 1, 1, 1]]


def test_a_truncated_part_does_not_train_its_end():
    pre = preprocessor(max_answer_length=2, max_question_length=3)
    (record,) = pre.records([QAExample("小李在上海。", "谁在上海？", "小李在", 0)])
    assert record["target_ids"].tolist() == [[*ids(pre, "小李"), SEP, *ids(pre, "谁在上"), SEP]]
    assert record["target_weights"].tolist() == [[1, 1, 0, 1, 1, 1, 0]]
    assert record["target_spans"].tolist() == [[1, 3]]


def test_a_long_passage_trains_on_the_chunk_with_the_answer():
    pre = preprocessor(max_source_length=8)
    (record,) = pre.records([QAExample("小李来了。小李在上海。", "谁？", "上海", 8)])
    assert record["source_ids"].tolist() == [CLS, *ids(pre, "小李在上海。"), SEP]
    assert record["target_ids"][0, :2].tolist() == ids(pre, "上海")
    assert record["target_spans"].tolist() == [[4, 6]]


def test_an_answer_longer_than_the_source_trains_the_question_only():
    pre = preprocessor(max_source_length=5)
    (record,) = pre.records([QAExample("小李在上海。", "谁？", "小李在上海", 0)])
    assert len(record["source_ids"]) <= 5
    assert record["target_weights"][0, 0] == 0 and record["target_weights"][0, -1] == 1


def test_a_free_answer_trains_on_the_chunk_with_most_of_its_tokens():
    pre = preprocessor("小李在上海他是老师。", max_source_length=7)
    (record,) = pre.records([QAExample("小李在上海。他是老师。", "他是谁？", "老师是他", None)])
    assert record["source_ids"].tolist() == [2, *ids(pre, "他是老师。"), 3]


def test_answers_begin_and_end_at_whole_words():
    pre = preprocessor("", ["play", "##ing", "a", "game", "."])
    passage = pre.passage("playing a game.")
    assert passage.starts.tolist() == [False, True, False, True, True, False, False]
    assert passage.ends.tolist() == [False, False, True, True, True, False, False]


def test_answers_do_not_split_numbers():
    text = "高29.4米，6:43到。"
    passage = preprocessor(text).passage(text)
    spans = {
        text[start:end]
        for start in passage.offsets[passage.starts, 0]
        for end in passage.offsets[passage.ends, 1]
        if start < end
    }
    assert {"29.4", "29.4米", "6:43"} <= spans and not {"29", "4", "4米", "29.", "6", "43", "9.4米"} & spans


def test_align_to_words_uses_the_boundaries_of_jieba():
    pre = preprocessor("小明去了上海图书馆")
    passage = pre.passage("小明去了上海图书馆", align_to_words=True)
    starts, ends = (
        set(passage.offsets[flags][:, i].tolist()) for i, flags in enumerate((passage.starts, passage.ends))
    )
    assert 4 in starts and 5 not in starts and 9 in ends and 7 not in ends


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expected a passage with text in it"),
        (" \n\t", "Expected a passage with text in it"),
        ("𠀀𠀁", "Received only unknown ones"),
        ("小李" * 200, "at most 254 tokens. Received: 400 tokens"),
    ],
)
def test_bad_passages(text, message):
    with pytest.raises(ValueError, match=message):
        preprocessor().passage(text)


def test_config_round_trip():
    pre = preprocessor(max_source_length=9, max_answer_length=3, max_question_length=5)
    again = QAPreprocessor.from_config(pre.get_config())
    assert again.get_config() == pre.get_config()
    np.testing.assert_array_equal(again.passage("小李。").ids, pre.passage("小李。").ids)


def test_answer_weight():
    pre = preprocessor(answer_weight=0.25)
    (record,) = pre.records([QAExample("小李在上海。", "谁在上海？", "小李", 0)])
    assert record["target_weights"].tolist() == [[0.25] * 3 + [1] * 6]
    assert QAPreprocessor.from_config(pre.get_config()).answer_weight == 0.25
