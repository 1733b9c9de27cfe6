"""Titled articles in the forms in which they are published."""

import json

import pytest

from textzoo.data import InvalidRecordError, TitleExample, read_titles

TITLE, TEXT = "修改后的立法法全文公布", "新华社受权于18日全文播发修改后的《立法法》，共6章105条。"
EXPECTED = [TitleExample(TEXT, TITLE)]
LCSTS = f"<doc id=0>\n    <summary>\n        {TITLE}\n    </summary>\n"
LCSTS += f"    <short_text>\n        {TEXT}\n    </short_text>\n</doc>\n"
SOGOU = f"<doc>\n<docno>x</docno>\n<contenttitle>{TITLE}</contenttitle>\n<content>{TEXT}</content>\n</doc>\n"


@pytest.mark.parametrize(
    "record",
    [
        {"title": TITLE, "content": TEXT},
        {"title": TITLE, "abst": TEXT, "keyword": ["立法"]},
        {"title": TITLE, "body": TEXT},
        {"news_id": None, "title": TITLE, "desc": "短", "content": TEXT, "source": "新华社"},
        {"summary": TITLE, "text": TEXT},
        {"summarization": TITLE, "article": TEXT},
        {"title": TITLE, "summary": TEXT},
        {"document": TEXT, "summary": TITLE},
        {"标题": TITLE, "正文": TEXT},
    ],
    ids=lambda record: "-".join(record),
)
def test_names_of_fields(record, tmp_path):
    for name, content in (
        ("a.json", [record]),
        ("b.json", record),
        ("c.jsonl", record),
        ("d.json", {"data": [record]}),
        ("e.json", {"rows": [{"row_idx": 0, "row": record}]}),
    ):
        indent = None if name == "c.jsonl" else 1
        (tmp_path / name).write_text(json.dumps(content, ensure_ascii=False, indent=indent), encoding="utf-8")
        assert read_titles(tmp_path / name) == EXPECTED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f'\ufeffid,Title,Content\r\n,{TITLE},"{TEXT}"\r\n'),
        ("b.csv", f"author,headlines,text\r\na,{TITLE},{TEXT}\r\n"),
        ("c.tsv", f"title\tcontent\n{TITLE}\t{TEXT}\n"),
        ("d.tsv", f"no\tabstract\ttitle\n1\t{TEXT}\t{TITLE}\n"),
    ],
)
def test_tables(name, content, tmp_path):
    (tmp_path / name).write_bytes(content.encode())
    (example,) = read_titles(tmp_path / name)
    assert (example.title, example.text) == (TITLE, TEXT)


@pytest.mark.parametrize(("content", "number"), [(LCSTS, "0"), (SOGOU, "x")])
def test_docs(content, number, tmp_path):
    (tmp_path / "PART_I.txt").write_text(content * 2, encoding="utf-8")
    assert read_titles(tmp_path / "PART_I.txt") == [TitleExample(TEXT, TITLE, number)] * 2
    (tmp_path / "b.txt").write_text(content + content[:40], encoding="utf-8")
    report = read_titles(tmp_path / "b.txt", on_error="skip").report
    assert report.kept == 1 and "expected a <doc> with its end </doc>" in str(report)


def test_docs_on_one_line_and_docs_that_are_broken(tmp_path):
    one_line = LCSTS.replace("\n", "")
    (tmp_path / "a.txt").write_text(f"{one_line}{one_line}\n{one_line}</doc>", encoding="utf-8")
    with pytest.raises(InvalidRecordError, match="line 2: expected a <doc> with its end </doc>. Received: '</doc>'"):
        read_titles(tmp_path / "a.txt")
    assert read_titles(tmp_path / "a.txt", on_error="skip") == [TitleExample(TEXT, TITLE, "0")] * 3
    for broken, received in [
        (LCSTS.replace("</doc>\n", "") + LCSTS, "2 <doc> with one end"),
        (LCSTS.replace("</summary>", "</summary><summary>b</summary>"), "<summary> more than once"),
        (LCSTS.replace("</doc>", "</doc>x"), "'x' before it"),
    ]:
        (tmp_path / "b.txt").write_text(broken + LCSTS, encoding="utf-8")
        with pytest.raises(InvalidRecordError, match=f"Received: {received}"):
            read_titles(tmp_path / "b.txt")


def test_tags_within_a_text_stay(tmp_path):
    (tmp_path / "a.txt").write_text("<doc><title>a &amp; b</title><content>if x<y <b>c</b> R&D</content></doc>")
    assert read_titles(tmp_path / "a.txt") == [TitleExample("if x<y <b>c</b> R&D", "a & b")]


def test_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist([{"title": TITLE, "content": TEXT}]), tmp_path / "a.parquet")
    assert read_titles(tmp_path / "a.parquet") == EXPECTED


def test_an_unknown_form_lists_the_known_ones_and_shows_the_record(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"prompt": "写", "completion": "好"}], ensure_ascii=False))
    with pytest.raises(InvalidRecordError, match='tsv "title, tab, text"; LCSTS.*Received: {"prompt": "写"'):
        read_titles(tmp_path / "a.json")
