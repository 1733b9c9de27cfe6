"""Records of files: bad lines at any place, cut rows, repeated columns, and files of other programs."""

import json

import pytest

from textzoo.data import InvalidRecordError, read_multilabel, read_qa, read_texts, read_titles

PAIR = {"passage": "北京是首都。", "question": "首都？", "answer": "北京"}
LINE = json.dumps(PAIR, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    "bad", ['{"passage": "北\n', "5\n", "null\n", "# pairs\n", '{"passage": 1' + "0" * 5000 + "}\n"]
)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_bad_line_leaves_the_others(bad, number, tmp_path):
    lines = [LINE, LINE]
    lines.insert(number - 1, bad)
    (tmp_path / "a.jsonl").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(InvalidRecordError, match=f"a.jsonl, line {number}: "):
        read_qa(tmp_path / "a.jsonl")
    report = read_qa(tmp_path / "a.jsonl", on_error="skip").report
    assert (report.read, report.kept) == (3, 2)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f"[\n{LINE[:-1]},\n\n{LINE[:-1]}\n,]\n", 5),
        (f"[\n{LINE[:-1]}\n", 3),
        (json.dumps([PAIR, PAIR], indent=1)[:-9], 10),
        (f"{LINE[:-1]} {LINE}", 1),
        ("id,passage,question,answer\n1,北京,?,京\n", 1),
    ],
)
def test_an_error_of_json_names_its_line(content, line, tmp_path):
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidRecordError, match=f"expected json, or one json object per line.*line {line} column"):
        read_qa(tmp_path / "a.json", on_error="skip")


def test_a_row_that_the_viewer_has_cut(tmp_path):
    rows = [{"row": PAIR, "truncated_cells": []}, {"row": PAIR, "truncated_cells": ["passage"]}]
    (tmp_path / "a.json").write_text(json.dumps({"rows": rows}))
    with pytest.raises(InvalidRecordError, match="record 2: expected a whole row .*Received: cells that the viewer"):
        read_qa(tmp_path / "a.json")
    assert len(read_qa(tmp_path / "a.json", on_error="skip")) == 1


@pytest.mark.parametrize(
    ("read", "columns"),
    [(read_qa, ["passage", "question", "answer"]), (read_titles, ["title", "text"]), (read_multilabel, ["text", "a"])],
)
def test_a_repeated_column(read, columns, tmp_path):
    (tmp_path / "a.csv").write_text(",".join([*columns, columns[-1]]) + "\n" + ",".join("1" * (len(columns) + 1)))
    with pytest.raises(InvalidRecordError, match=f"line 1: expected columns .* '{columns[-1]}' more than once"):
        read(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text(",".join(columns) + ",,\n" + ",".join("1" * len(columns)) + ",,\n")
    assert len(read(tmp_path / "b.csv")) == 1


def test_csv_that_is_none(tmp_path):
    (tmp_path / "a.csv").write_text('passage,question,answer\na,"b"c,d\n')
    with pytest.raises(InvalidRecordError, match=r"line 2: expected csv. Received: text that is no csv \(',' expected"):
        read_qa(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        (b"PAR1\x15\x00", "a Parquet file; give it the suffix .parquet"),
        (b"PK\x03\x04", "a zip archive, such as .xlsx or .docx; save it as .csv or .txt"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "a file of Excel or Word; save it as .csv or .txt"),
        (b"%PDF-1.7", "a PDF; save its text as .txt"),
    ],
)
def test_files_of_other_programs(content, cure, tmp_path):
    for name in ("a.csv", "a.json", "a.txt", "a"):
        (tmp_path / name).write_bytes(content + bytes(range(256)))
        for read in (read_qa, read_titles, read_multilabel, lambda path: list(read_texts(path))):
            with pytest.raises(InvalidRecordError, match=f"expected text. Received: {cure}"):
                read(tmp_path / name)


def test_names_and_values_in_any_case(tmp_path):
    row = {"Context": "北京是首都。", "Question": "?", "Answers": {"text": ["京"], "answer_start": [1]}}
    rows = [row, row | {"Answers": ["京"]}, row | {"is_impossible": "FALSE"}, row | {"is_impossible": "TRUE"}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    assert [example.start for example in read_qa(tmp_path / "a.json")] == [1, 1, 1]
    table = "passage,question,answer,is_impossible\n北京,?,京,TRUE\n北京,?,京,FALSE\n北京,?,京,1\n北京,?,京,0\n"
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    assert [example.start for example in read_qa(tmp_path / "a.csv")] == [1, 1]


def test_a_first_line_of_tsv_that_begins_like_json(tmp_path):
    for name in ("a.tsv", "a.txt"):
        (tmp_path / name).write_text("[图] 小李\t小李讲课。\n{快讯} 雨\t下雨。\n", encoding="utf-8")
        assert [example.title for example in read_titles(tmp_path / name)] == ["[图] 小李", "{快讯} 雨"]
        assert [example.text for example in read_multilabel(tmp_path / name)] == ["[图] 小李", "{快讯} 雨"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps([{"id": 5, "text": "一,二"}, {"text": "三\n四"}])),
        ("b.json", json.dumps([{"id": 5, "text": "一,二"}, {"text": "三\n四"}], indent=1)),
        ("a.csv", '\ufeffid,text\r\n5,"一,二"\r\n,"三\n四"\r\n'),
    ],
)
def test_passages_of_tables(name, content, tmp_path):
    (tmp_path / name).write_bytes(content.encode())
    assert [(str(number), text) for number, text in read_texts(tmp_path / name)] == [("5", "一,二"), ("2", "三\n四")]


def test_passages_of_bad_tables(tmp_path):
    (tmp_path / "a.tsv").write_text("id\ttext\na\t一\na\t二\n", encoding="utf-8")
    with pytest.raises(InvalidRecordError, match="line 3: expected a unique id. Received: 'a', which line 2 has"):
        list(read_texts(tmp_path / "a.tsv"))
    (tmp_path / "b.csv").write_text("id,body\n1,a\n")
    with pytest.raises(InvalidRecordError, match="line 2: expected a field 'text' with a string. Received: only 'id'"):
        list(read_texts(tmp_path / "b.csv"))
