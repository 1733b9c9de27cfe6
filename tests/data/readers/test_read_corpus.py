"""Texts from files and folders, and invalid lines."""

import gzip

import pytest

from textzoo.data import InvalidRecordError, read_corpus


def test_files_and_folders(tmp_path):
    (tmp_path / "a.txt").write_text("一行。\n\n  Second line. \r\n", encoding="utf-8-sig")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.jsonl").write_text('{"text": "三"}\n{"id": 1, "text": " four "}\n', encoding="utf-8")
    (tmp_path / "sub" / "c.csv").write_text("not read", encoding="utf-8")
    (tmp_path / "d.txt.gz").write_bytes(gzip.compress("压缩".encode()))
    assert read_corpus(tmp_path) == ["一行。", "Second line.", "压缩", "三", "four"]
    assert read_corpus(tmp_path / "d.txt.gz") == ["压缩"]
    for name, content in (("e", '{"text": "five"}'), ("f", "five")):  # without a suffix, the first line decides
        (tmp_path / name).write_text(content)
        assert read_corpus(tmp_path / name) == ["five"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": 1}', "a field 'text' with a string. Received: only 'id'"),
        ('{"text": 3}', "a field 'text' with a string. Received: number 3"),
        ('{"text": " "}', "a text. Received: an empty one"),
        ("[1]", "a json object .* Received: a list of 1"),
        ("{", "a json object .* no json"),
        ("[" * 100 + "]" * 100, "json of more than 64 levels"),
    ],
)
def test_bad_lines_are_named_or_skipped(line, message, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{"text": "a"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InvalidRecordError, match=rf"x\.jsonl, line 2: expected .*{message}"):
        read_corpus(file)
    texts = read_corpus(file, on_error="skip")
    assert texts == ["a"] and len(texts.rejected) == 1 and "line 2: expected" in str(texts.rejected[0])


def test_no_text_at_all_and_another_encoding(tmp_path):
    (tmp_path / "empty.txt").write_text("\n")
    for path in (tmp_path / "empty.txt", tmp_path):
        with pytest.raises(InvalidRecordError, match="expected texts, .* Received: none"):
            read_corpus(path)
    (tmp_path / "gbk.txt").write_bytes("今天天气很好".encode("gbk"))
    with pytest.raises(InvalidRecordError, match="pass --encoding"):
        read_corpus(tmp_path / "gbk.txt")
    assert read_corpus(tmp_path / "gbk.txt", encoding="gbk") == ["今天天气很好"]
    with pytest.raises(ValueError, match="on_error"):
        read_corpus(tmp_path, on_error="drop")
