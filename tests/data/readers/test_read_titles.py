"""Titles from lines and from folders, and invalid records."""

import gzip
import json

import pytest

from textzoo.data import InvalidRecordError, TitleExample, read_titles

PAIRS = [("小李讲课", "小李在图书馆讲课。"), ("Rain today", "It rains today.")]
EXAMPLES = [TitleExample(text, title) for title, text in PAIRS]
TSV = "".join(f"{title}\t{text}\n" for title, text in PAIRS)
JSONL = "".join(json.dumps({"title": title, "text": text}, ensure_ascii=False) + "\n" for title, text in PAIRS)


def check_bad(path, place, *, message, **options):
    """Checks that the error names the place and, with `skip`, is in the report."""
    with pytest.raises(InvalidRecordError) as error:
        read_titles(path, **options)
    assert error.value.place == str(place) and message in str(error.value), error.value
    report = read_titles(path, on_error="skip", **options).report
    assert [str(rejected) for rejected in report.rejected] == [str(error.value)]
    assert report.read == report.kept + 1 and str(error.value) in str(report)


@pytest.mark.parametrize(
    ("name", "text"), [("a.tsv", TSV), ("a.jsonl", JSONL), ("a.txt", TSV), ("a.txt", JSONL), ("a", TSV), ("a", JSONL)]
)
def test_lines(name, text, tmp_path):
    file = tmp_path / name
    for content in (text, text.replace("\n", "\r\n"), "\ufeff" + text, "\n" + text + "\n \n"):
        file.write_bytes(content.encode())
        assert read_titles(file) == EXAMPLES
    file.write_bytes(gzip.compress(text.encode()))
    assert read_titles(file) == EXAMPLES
    file.write_bytes(text.encode("gb18030"))
    assert read_titles(file, encoding="gb18030") == EXAMPLES


def test_report(tmp_path):
    file = tmp_path / "a.tsv"
    file.write_text(TSV + "完全\t别的事。\nABC\tabc\n", encoding="utf-8")
    report = read_titles(file).report
    assert (report.read, report.kept, report.without_overlap, report.rejected) == (4, 4, 1, [])
    file.write_text(TSV + "bad\n" * 5, encoding="utf-8")
    report = read_titles(file, on_error="skip").report
    assert (report.read, report.kept, len(report.rejected)) == (7, 2, 5) and str(report).endswith("and 2 more")


def test_ids(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": 7, "title": "t", "text": "x", "more": 1}\n', encoding="utf-8")
    assert read_titles(file) == [TitleExample("x", "t", "7")]


def test_folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "1.txt").write_text("\n小李讲课 \r\n\r\n小李在图书馆讲课。\n来了两百人。\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("\ufeffRain today\nIt rains today.", encoding="utf-8")
    (tmp_path / "c.md").write_text("no", encoding="utf-8")
    assert read_titles(tmp_path) == [
        TitleExample("It rains today.", "Rain today", "a.txt"),
        TitleExample("小李在图书馆讲课。\n来了两百人。", "小李讲课", "b/1.txt"),
    ]


@pytest.mark.parametrize(("content", "message"), [("only a title\n", "'only a title'"), ("", "''"), ("t\nx\0", "NUL")])
def test_bad_files_of_a_folder(content, message, tmp_path):
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")
    (tmp_path / "b.txt").write_text("t\ntext\n", encoding="utf-8")
    check_bad(tmp_path, tmp_path / "a.txt", message=message)


def test_a_file_of_a_folder_in_another_encoding(tmp_path):
    (tmp_path / "a.txt").write_bytes("标题\n今天天气很好".encode("gbk"))
    check_bad(tmp_path, f"{tmp_path}/a.txt, line 1", message="pass --encoding gb18030")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title only", "expected title, tab, text. Received: 1 columns, 'title only'."),
        ("a\tb\tc", "Received: 3 columns"),
        ("\ttext", "expected a title. Received: an empty one."),
        ("title\t ", "expected a text. Received: an empty one."),
        ("title\ta\0b", "a NUL character at position 1"),
        ('{"title": "a"}', "expected a field 'text' with a string. Received: only 'title'."),
        ('{"title": "a", "text": ', "(Expecting value"),
        ("[" * 100_000, "expected a json object"),
        ('{"title": "a", "text": ["b"]}', "expected a field 'text' with a string. Received: a list of 1."),
        ('{"title": 1, "text": "b"}', "expected a field 'title' with a string. Received: number 1."),
        ('{"title": "a", "text": "\\ud800"}', "the lone surrogate U+D800"),
        ('{"title": "", "text": "b"}', "expected a title. Received: an empty one."),
    ],
)
def test_bad_lines(line, message, tmp_path):
    is_jsonl = line[0] in "{["
    file = tmp_path / ("a.jsonl" if is_jsonl else "a.tsv")
    file.write_text((JSONL if is_jsonl else TSV) + line + "\n", encoding="utf-8")
    check_bad(file, f"{file}, line 3", message=message)


def test_bad_encoding(tmp_path):
    file = tmp_path / "a.tsv"
    file.write_bytes("天气\t今天天气很好\n".encode("gbk"))
    check_bad(file, f"{file}, line 1", message="pass --encoding gb18030")


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_nothing_to_read(content, tmp_path):
    file = tmp_path / "a.tsv"
    file.write_text(content, encoding="utf-8")
    for path in (file, tmp_path):
        for on_error in ("raise", "skip"):
            with pytest.raises(InvalidRecordError, match="Received: no text at all"):
                read_titles(path, on_error=on_error)


def test_bad_arguments(tmp_path):
    with pytest.raises(ValueError, match="Expected on_error"):
        read_titles(tmp_path, on_error="ignore")  # pyright: ignore[reportArgumentType]
    with pytest.raises(FileNotFoundError):
        read_titles(tmp_path / "none.tsv")
