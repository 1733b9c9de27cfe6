"""Files of pairs and files of passages, by their first record."""

import json

import pytest

from textzoo.scripts.cli.is_qa_file import is_qa_file

PAIR = json.dumps({"passage": "一二", "question": "几？", "answer": "一"})
SQUAD = json.dumps({"data": [{"paragraphs": [{"context": "一二", "qas": []}]}]}, indent=1)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", "passage,question,answer\n一二,几？,一\n", True),
        ("a.csv", "id,text\n1,一二\n", False),
        ("a.csv", "", False),
        ("a.jsonl", f"{PAIR}\n{PAIR}\n", True),
        ("a.jsonl", f'{{"half\n{PAIR}\n', True),
        ("a.jsonl", '{"id": "a", "text": "一二", "answers": ["一"]}\n', False),
        ("a.json", SQUAD, True),
        ("a.json", f"[{PAIR}]", True),
        ("a.json", '{"half', False),
        ("a.txt", "一二\n", False),
        ("a.txt", "", False),
    ],
)
def test_the_first_record_decides(name, content, expected, tmp_path):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert is_qa_file(str(tmp_path / name)) is expected


def test_a_folder_holds_passages(tmp_path):
    (tmp_path / "a.jsonl").write_text(PAIR)
    assert not is_qa_file(str(tmp_path))


def test_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    for row, expected in ((json.loads(PAIR), True), ({"text": "一二"}, False)):
        parquet.write_table(arrow.Table.from_pylist([row]), tmp_path / "a.parquet")
        assert is_qa_file(str(tmp_path / "a.parquet")) is expected
