"""Pairs in the forms in which they are published, each with one record after the form of a public file."""

import csv
import io
import json

import pytest

from textzoo.data import InvalidRecordError, read_qa

PASSAGE = "工商协进会报告，12月消费者信心上升到78.1，明显高于11月的72。"
QUESTION = "12月的消费者信心指数是多少？"
ANSWER = "78.1"
START = PASSAGE.index(ANSWER)
HIGHLIGHTED = f"{PASSAGE[:START]}<hl> {ANSWER} <hl>{PASSAGE[START + 4 :]}"
PAGE = {"is_selected": True, "title": "t", "paragraphs": ["别的段落。", PASSAGE], "most_related_para": 1}
FORMS = {
    "cmrc2018 original": [
        {
            "context_id": "TRAIN_186",
            "context_text": PASSAGE,
            "qas": [{"query_text": QUESTION, "query_id": "TRAIN_186_QUERY_0", "answers": [ANSWER]}],
            "title": "消费者",
        }
    ],
    "mrqa": [
        {"header": {"dataset": "SQuAD", "split": "train"}},
        {
            "id": "",
            "context": PASSAGE,
            "qas": [
                {
                    "qid": "q1",
                    "question": QUESTION,
                    "answers": [ANSWER],
                    "detected_answers": [{"text": ANSWER, "char_spans": [[START, START + 3]]}],
                }
            ],
        },
    ],
    "cjrc": {
        "data": [
            {
                "caseid": "1",
                "paragraphs": [
                    {
                        "casename": "c",
                        "context": PASSAGE,
                        "qas": [
                            {
                                "question": QUESTION,
                                "answers": [{"text": ANSWER, "answer_start": START}],
                                "is_impossible": "false",
                            }
                        ],
                    }
                ],
            }
        ]
    },
    "webqa of baidu": {
        "Q_TRN_1": {
            "question": QUESTION,
            "evidences": {
                "Q_TRN_1#00": {"answer": [ANSWER], "evidence": PASSAGE},
                "Q_TRN_1#01": {"answer": ["no_answer"], "evidence": "没有。"},
            },
        }
    },
    "dureader": [
        {
            "question_id": 186572,
            "question_type": "DESCRIPTION",
            "question": QUESTION,
            "documents": [{"is_selected": False, "title": "u", "paragraphs": ["无关。"], "most_related_para": 0}, PAGE],
            "answers": [ANSWER],
            "yesno_answers": [],
        }
    ],
    "lmqg question": {
        "answer": ANSWER,
        "question": QUESTION,
        "sentence": PASSAGE,
        "paragraph": PASSAGE,
        "sentence_answer": HIGHLIGHTED,
        "paragraph_answer": HIGHLIGHTED,
        "paragraph_id": "1",
    },
    "lmqg pairs": {
        "paragraph": PASSAGE,
        "questions": [QUESTION],
        "answers": [ANSWER],
        "questions_answers": f"question: {QUESTION}, answer: {ANSWER}",
    },
    "alpaca": [{"instruction": QUESTION, "input": PASSAGE, "output": ANSWER}],
    "tianchi": [{"id": 98, "text": PASSAGE, "annotations": [{"Q": QUESTION, "A": ANSWER}]}],
    "les cup": [
        {
            "article_id": "a",
            "article_title": "t",
            "article_content": PASSAGE,
            "questions": [{"questions_id": "q", "question": QUESTION, "answer": ANSWER, "question_type": "数值"}],
        }
    ],
    "hub rows": {
        "features": [{"feature_idx": 0, "name": "id"}],
        "rows": [
            {
                "row_idx": 0,
                "row": {
                    "id": "1",
                    "context": PASSAGE,
                    "question": QUESTION,
                    "answers": {"text": [ANSWER], "answer_start": [START]},
                },
                "truncated_cells": [],
            }
        ],
    },
    "run_qa": {"version": "1", "data": [{"context": PASSAGE, "question": QUESTION, "answers": {"text": [ANSWER]}}]},
    "kaggle squad": [{"context": PASSAGE, "question": QUESTION, "id": "1", "answer_start": START, "text": ANSWER}],
    "chinese names": [{"段落": PASSAGE, "问题": QUESTION, "答案": ANSWER}],
}


def table(separator, **columns):
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows([columns.keys(), columns.values()])
    return file.getvalue()


TABLES = {
    "a.csv": table(",", id="7", Context=PASSAGE, Question=QUESTION, answer_start=START, text=ANSWER),
    "b.csv": "\ufeff" + table(",", passage=PASSAGE, question=QUESTION, answers=ANSWER),
    "c.tsv": table("\t", text=PASSAGE, question=QUESTION, answer=ANSWER),
    "d.csv": table(
        ",",
        context=PASSAGE,
        question=QUESTION,
        answers=f"{{'text': array(['{ANSWER}'], dtype=object), 'answer_start': array([{START}], dtype=int32)}}",
    ),
    "e.csv": table(",", context=PASSAGE, question=QUESTION, answers=json.dumps({"text": [ANSWER]})),
}


def check(file):
    (example,) = read_qa(file)
    assert (example.passage, example.question, example.answer, example.start) == (PASSAGE, QUESTION, ANSWER, START)


@pytest.mark.parametrize("name", FORMS)
def test_published_forms(name, tmp_path):
    content = FORMS[name]
    (tmp_path / "a.json").write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    check(tmp_path / "a.json")
    if isinstance(content, list):
        (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, content)), encoding="utf-8")
        check(tmp_path / "a.jsonl")


@pytest.mark.parametrize("name", TABLES)
def test_tables(name, tmp_path):
    (tmp_path / name).write_bytes(TABLES[name].encode())
    check(tmp_path / name)


def test_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    answers = {"text": [ANSWER], "answer_start": [START]}
    rows = [{"id": "1", "context": PASSAGE, "question": QUESTION, "answers": answers}]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    check(tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    with pytest.raises(InvalidRecordError, match="b.parquet: expected a whole Parquet file"):
        read_qa(tmp_path / "b.parquet")


def test_parquet_without_pyarrow(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(ValueError, match="a.parquet: Parquet needs pyarrow; run pip install pyarrow"):
        read_qa(tmp_path / "a.parquet")


def test_lines_of_lists(tmp_path):
    row = {"passage": PASSAGE, "question": QUESTION, "answer": ANSWER}
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, [[row], [], [row, {"no": 1}]])))
    examples = read_qa(tmp_path / "a.jsonl", on_error="skip")
    assert len(examples) == 2 and "line 3, record 2" in str(examples.report)


def test_an_unknown_form_lists_the_known_ones_and_shows_the_first_record(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"prompt": "写一首诗" * 30, "completion": "好"}], ensure_ascii=False))
    with pytest.raises(InvalidRecordError) as error:
        read_qa(tmp_path / "a.json")
    message = str(error.value)
    assert all(name in message for name in ("SQuAD", "CMRC 2018", "DuReader", "lmqg", "Alpaca", "Hugging Face"))
    assert 'Received: {"prompt": "写一首诗' in message and '"completion": "好"}' in message and "\n" not in message


def test_generated_pairs_find_their_passages_by_id(tmp_path):
    pair = {"id": 3, "question": QUESTION, "answer": ANSWER, "start": START, "score": -0.5}
    (tmp_path / "a.jsonl").write_text(json.dumps(pair))
    with pytest.raises(InvalidRecordError, match="convert data --passages FILE .* the passage 3 without its text"):
        read_qa(tmp_path / "a.jsonl")
    assert read_qa(tmp_path / "a.jsonl", passages={"3": PASSAGE})[0].start == START
    (tmp_path / "a.csv").write_text(
        f"\ufeffid,question,answer,start,end,score\r\n3,{QUESTION},{ANSWER},{START},9,-1\r\n"
    )
    assert read_qa(tmp_path / "a.csv", passages={"3": PASSAGE})[0].start == START
