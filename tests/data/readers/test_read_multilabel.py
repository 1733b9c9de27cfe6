"""Labelled texts from tsv and jsonl, and invalid records."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import InvalidRecordError, MultiLabelExample, read_multilabel

NAMES = st.lists(st.text("abc好", min_size=1, max_size=4), max_size=4, unique=True)
TEXTS = st.text("甲乙 xy,{\"'", min_size=1, max_size=12).filter(str.strip)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_tsv(tmp_path):
    file = write(tmp_path / "a.tsv", "多谢！\tjoy, 感激,joy\n\n今天周一。\t\r\n{x}\tneutral\n")
    examples = read_multilabel(file)
    assert [(e.text, e.labels) for e in examples] == [
        ("多谢！", ("joy", "感激")),
        ("今天周一。", ()),
        ("{x}", ("neutral",)),
    ]
    report = examples.report
    assert (report.read, report.kept, report.without_label) == (3, 3, 1)
    assert report.labels == {"joy": 1, "感激": 1, "neutral": 1}
    assert str(report) == "read 3 texts, kept 3; 1 of them without a label, 3 labels"


def test_jsonl(tmp_path):
    rows = [{"text": "a\tb", "labels": ["x, y", "z", "z"], "id": 7}, {"text": "c", "labels": []}]
    text = "\n".join(json.dumps(row) for row in rows)
    expected = [MultiLabelExample("a\tb", ("x, y", "z"), "7"), MultiLabelExample("c")]
    assert read_multilabel(write(tmp_path / "a.jsonl", text)) == expected
    (tmp_path / "a.gz").write_bytes(gzip.compress(text.encode("utf-8-sig")))
    assert read_multilabel(tmp_path / "a.gz") == expected


def test_many_texts_without_any_label(tmp_path):
    examples = read_multilabel(write(tmp_path / "a.tsv", "text\t\n" * 200 + "text\tx\n"))
    assert examples.report.without_label == 200 and examples[-1].labels == ("x",)


@settings(max_examples=50)
@given(st.lists(st.tuples(TEXTS, NAMES), min_size=1, max_size=5))
def test_what_is_written_is_read(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("written")
    tsv = write(folder / "a.tsv", "".join(f"{text}\t{','.join(names)}\n" for text, names in rows))
    lines = (json.dumps({"text": text, "labels": names}) for text, names in rows)
    jsonl = write(folder / "a.jsonl", "\n".join(lines))
    assert read_multilabel(tsv) == read_multilabel(jsonl) == [MultiLabelExample(t, tuple(n)) for t, n in rows]


BAD = [
    ("a.tsv", "only a text", "expected text, tab, labels .* Received: 1 columns, 'only a text'"),
    ("a.tsv", "text\t27\teebbqej\tx", "Received: 4 columns"),
    ("a.tsv", " \tjoy", "expected a text. Received: an empty one"),
    ("a.tsv", "a\0b\tjoy", "NUL"),
    ("a.tsv", "text\tsad", "expected labels of the 2 that the model was trained on. Received: 'sad'"),
    ("a.jsonl", "no json", "expected a json object"),
    ("a.jsonl", '["text"]', "expected a json object"),
    ("a.jsonl", '{"text": "a"}', "expected a field 'labels' with a list of names. Received: none"),
    ("a.jsonl", '{"text": "", "labels": []}', "expected a text. Received: an empty one"),
    ("a.jsonl", '{"text": 5, "labels": []}', "expected a field 'text' with a string. Received: number 5"),
    ("a.jsonl", '{"text": "a", "labels": "joy"}', "expected a field 'labels' with a list of names"),
    ("a.jsonl", '{"text": "a", "labels": [0.5]}', "expected a field 'labels' with a list of names"),
    ("a.jsonl", '{"text": "a", "labels": [""]}', "expected a field 'labels' with a list of names"),
    ("a.jsonl", '{"text": "a", "labels": ["\\ud800"]}', "lone surrogate"),
]


@pytest.mark.parametrize(("name", "line", "message"), BAD)
def test_bad_records(tmp_path, name, line, message):
    good = '{"text": "good", "labels": ["joy"]}' if name == "a.jsonl" else "good\tjoy"
    file = write(tmp_path / name, f"{good}\n{line}\n{good}\n")
    with pytest.raises(InvalidRecordError, match=message) as caught:
        read_multilabel(file, labels=["joy", "neutral"])
    assert str(caught.value).startswith(f"{file}, line 2: ")
    examples = read_multilabel(file, on_error="skip", labels=["joy", "neutral"])
    report = examples.report
    assert len(examples) == report.kept == 2 and report.read == 3 and len(report.rejected) == 1
    assert str(report).endswith(f"rejected 1:\n{caught.value}")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InvalidRecordError, match="one text and its labels per line. Received: no text at all"):
        read_multilabel(write(tmp_path / "a.tsv", "\n \n"))
    (tmp_path / "b.tsv").write_bytes("多谢今天很好\t感激".encode("gbk"))
    with pytest.raises(InvalidRecordError, match="line 1: expected text in UTF-8.*gb18030"):
        read_multilabel(tmp_path / "b.tsv")
    assert read_multilabel(tmp_path / "b.tsv", encoding="gb18030")[0].labels == ("感激",)
    with pytest.raises(FileNotFoundError):
        read_multilabel(tmp_path / "none.tsv")
    with pytest.raises(ValueError, match="on_error 'raise' or 'skip'. Received: 'stop'"):
        read_multilabel(tmp_path / "a.tsv", on_error="stop")
