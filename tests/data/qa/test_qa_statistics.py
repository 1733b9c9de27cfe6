"""Statistics of question-answer pairs."""

import pytest

from textzoo.data import QAExample, Tokenizer, qa_statistics

TOKENIZER = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来了谁"])


def test_counts():
    examples = [
        QAExample("小李来了", "谁来了？", "小李", 0),
        QAExample("小李来了", "谁来了？", "小李", 0),
        QAExample("小李来了" * 20, "谁？", "小王", None),
    ]
    statistics = qa_statistics(examples, TOKENIZER, max_source_length=12, max_answer_length=1, max_question_length=4)
    assert (statistics.pairs, statistics.passages, statistics.duplicates, statistics.without_span) == (3, 2, 1, 1)
    assert statistics.lengths["passage"] == [1, 0, 0, 0, 1, 0, 0, 0, 0] and statistics.lengths["answer"][0] == 3
    assert statistics.cut == {"passage": 1, "answer": 3, "question": 0}
    assert statistics.tokens == 4 + 80 + 2 + 2 + 4 + 2 and statistics.unknown == 3
    assert statistics.unknown_texts == [("？", 2), ("王", 1)]
    text = str(statistics)
    assert "3 pairs on 2 passages; 1 stand there twice, 1 (33.3%) have no answer" in text
    assert "passage: 1 of 2 (50.0%) have more than the 10 tokens" in text
    assert "96.81% of 94 tokens are known; unknown: '？' 2, '王' 1" in text
    assert "to 128 tokens        1  " + "#" * 40 in text and "to 256" not in text


@pytest.mark.parametrize("length", [8, 9, 1024, 1025])
def test_edges_belong_to_the_bin_below(length):
    statistics = qa_statistics([QAExample("小" * length, "谁", "小", 0)], TOKENIZER)
    assert statistics.lengths["passage"].index(1) == {8: 0, 9: 1, 1024: 7, 1025: 8}[length]


def test_no_pairs():
    assert qa_statistics([], TOKENIZER).pairs == 0 and "0 pairs" in str(qa_statistics([], TOKENIZER))
