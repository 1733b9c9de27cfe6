"""Labelled texts in the forms in which they are published."""

import json

import pytest

from textzoo.data import InvalidRecordError, MultiLabelExample, read_multilabel

EXPECTED = [("多谢！", ("joy", "gratitude")), ("今天周一。", ())]
GOEMOTIONS = """text,id,author,rater_id,created_utc,example_very_unclear,joy,anger,gratitude
多谢！,eew5j0j,Brdd9,1,1548381039.0,False,1,0,1
今天周一。,eemcysk,TheGreen888,37,1548084169.0,True,0,0,0
"""
JIGSAW = 'id,comment_text,joy,anger,gratitude\r\n0000997932d777bf,多谢！,1,0,1\r\n000103f0,"今天周一。",0,0,0\r\n'
SEMEVAL = "ID\tTweet\tjoy\tanger\tgratitude\n1\t多谢！\t1\t0\t1\n2\t今天周一。\t0\t0\t0\n"
BOOLEAN = "text,joy,gratitude\n多谢！,True,True\n今天周一。,False,False\n"
NAMES = 'text,labels\n多谢！,"joy,gratitude"\n今天周一。,\n'
PYTHON = "text,labels\n多谢！,\"['joy', 'gratitude']\"\n今天周一。,[]\n"
NUMPY = "text,labels\n多谢！,['joy' 'gratitude']\n今天周一。,[]\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", text) for text in (GOEMOTIONS, JIGSAW, BOOLEAN, NAMES, PYTHON, NUMPY)] + [("a.tsv", SEMEVAL)],
)
def test_tables(name, content, tmp_path):
    (tmp_path / name).write_bytes(content.encode())
    assert [(e.text, e.labels) for e in read_multilabel(tmp_path / name)] == EXPECTED


def test_goemotions(tmp_path):
    (tmp_path / "train.tsv").write_text("My favourite food.\t27\teebbqej\nThanks\t2,15\tx\n")
    assert read_multilabel(tmp_path / "train.tsv")[0] == MultiLabelExample("My favourite food.", ("27",), "eebbqej")
    (tmp_path / "a.jsonl").write_text('{"text": "Thanks", "labels": [2, 15], "id": "x"}\n')
    assert read_multilabel(tmp_path / "a.jsonl") == [MultiLabelExample("Thanks", ("2", "15"), "x")]


def test_cail(tmp_path):
    cases = [[{"sentence": "多谢！", "labels": ["joy", "gratitude"]}, {"sentence": "今天周一。", "labels": []}], []]
    (tmp_path / "a.json").write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases))
    assert [(e.text, e.labels) for e in read_multilabel(tmp_path / "a.json")] == EXPECTED


def test_one_label(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"content": "多谢！", "label": "joy"}, {"content": "a", "label": 3}]))
    assert [e.labels for e in read_multilabel(tmp_path / "a.json")] == [("joy",), ("3",)]


def test_fasttext(tmp_path):
    (tmp_path / "a.txt").write_text("__label__joy __label__gratitude 多谢！\n__label__joy a b\n")
    assert [(e.text, e.labels) for e in read_multilabel(tmp_path / "a.txt")] == [EXPECTED[0], ("a b", ("joy",))]


def test_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [{"text": text, "labels": list(labels)} for text, labels in EXPECTED]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert [(e.text, e.labels) for e in read_multilabel(tmp_path / "a.parquet")] == EXPECTED


@pytest.mark.parametrize(("good", "other"), [("1", "0"), ("True", "FALSE")])
def test_a_cell_that_is_no_label(good, other, tmp_path):
    (tmp_path / "a.csv").write_text(f"text,joy,n\na,{good},5\nb,{other},6\nc,,7\nd,{good},8\n")
    with pytest.raises(
        InvalidRecordError, match="line 4: expected (0 or 1|false or true) in the column 'joy'. Received"
    ):
        read_multilabel(tmp_path / "a.csv")
    assert [e.labels for e in read_multilabel(tmp_path / "a.csv", on_error="skip")] == [("joy",), (), ("joy",)]


def test_bad_rows(tmp_path):
    (tmp_path / "a.csv").write_text("text,joy\na,1\n,1\nb,0,0\n")
    with pytest.raises(InvalidRecordError, match="line 3: expected a text. Received: an empty one"):
        read_multilabel(tmp_path / "a.csv")
    report = read_multilabel(tmp_path / "a.csv", on_error="skip").report
    assert report.kept == 1 and "line 4: expected 2 columns. Received: 3." in str(report)
    for content in ("text,joy\na,happy\n", "joy,anger\n1,0\n"):
        (tmp_path / "b.csv").write_text(content)
        with pytest.raises(
            InvalidRecordError, match="a column of texts, and one of label names or a column of 0 and 1"
        ):
            read_multilabel(tmp_path / "b.csv")
