"""Passages of Markdown and HTML and their ids."""

import gzip
import json

import pytest

from textzoo.data import InvalidRecordError, read_texts
from textzoo.data.readers.marked_up_text import MAX_PASSAGE

MARKDOWN = """---
title: x
---
Before any heading.

# 安装

第一步，
下载文件。

## Linux

Run it:

```
pip install x
```

- one *item*
- two

| a | b |
|---|---|
| c | d |

## Windows

# 安装

再一次。
"""
HTML = """<!DOCTYPE html><html><head><title>page</title><style>p {}</style></head><body>
<nav><a href="/">home</a></nav><header><h1>Sky &amp; sea</h1></header>
<div>Loose text<p>The sky<br>is blue.</p><script>var a = "<p>no</p>";</script>
<h3>Deep</h3><p>First</p><h2>Next</h2><p>Second</div></body></html>
"""


def read(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    return list(read_texts(tmp_path / name))


def test_markdown(tmp_path):
    assert read(tmp_path, "a.md", MARKDOWN) == [
        ("text", "Before any heading."),
        ("安装", "第一步，下载文件。"),
        ("安装 > Linux", "Run it:\none item\ntwo\na\nb\nc\nd"),
        ("安装 (2)", "再一次。"),
    ]


def test_html(tmp_path):
    assert read(tmp_path, "a.html", HTML) == [
        ("Sky & sea", "Loose text\nThe sky\nis blue."),
        ("Sky & sea > Deep", "First"),
        ("Sky & sea > Next", "Second"),
    ]


def test_a_heading_like_the_id_of_another(tmp_path):
    (tmp_path / "a.md").write_text("# A (2)\n\nx\n\n# A\n\ny\n\n# A\n\nz\n")
    assert [identifier for identifier, _ in read_texts(tmp_path / "a.md")] == ["A (2)", "A", "A (3)"]


def test_long_sections_are_several_passages(tmp_path):
    paragraph = "字" * (MAX_PASSAGE // 2 - 1)
    passages = read(tmp_path, "a.md", "# 长\n\n" + f"{paragraph}\n\n" * 3 + "字" * 999)
    assert [(name, len(text)) for name, text in passages] == [
        ("长", MAX_PASSAGE - 1),
        ("长 (2)", len(paragraph)),
        ("长 (3)", 999),
    ]


def test_bad_pages(tmp_path):
    with pytest.raises(InvalidRecordError, match="a.html: expected paragraphs of text. Received: no text at all"):
        read(tmp_path, "a.html", "<title>a</title>")
    (tmp_path / "b.htm").write_bytes("<p>今天天气很好</p>".encode("gbk"))
    with pytest.raises(InvalidRecordError, match="b.htm, line 1: .* pass --encoding gb18030"):
        list(read_texts(tmp_path / "b.htm"))
    assert list(read_texts(tmp_path / "b.htm", encoding="gb18030")) == [("text", "今天天气很好")]


def test_deep_and_broken_pages_take_linear_time(tmp_path):
    assert read(tmp_path, "a.html", "<div>" * 10_000 + "x") == [("text", "x")]
    assert read(tmp_path, "b.md", "> " * 15 + "x")
    assert json.dumps(read(tmp_path, "c.html", "<p>a &lt; b <" + "b" * 1000))


@pytest.fixture
def folder(tmp_path):
    """A folder of pages in several formats, one of them deeper."""
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "start.md").write_text("# 安装\n\n下载文件。\n", encoding="utf-8")
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b"<h1>Sky</h1><p>It is blue.</p>"))
    (tmp_path / "b.txt").write_text("one\n\ntwo\n")
    (tmp_path / "c.jsonl").write_text('{"id": "x", "text": "three", "answers": []}\n')
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0")
    return tmp_path


PASSAGES = [
    ("a.html.gz:Sky", "It is blue."),
    ("b.txt:1", "one"),
    ("b.txt:3", "two"),
    ("c.jsonl:x", "three"),
    ("guide/start.md:安装", "下载文件。"),
]


def test_a_folder(folder):
    records = read_texts(folder)
    fields = {identifier: records.fields for identifier, _ in records}
    assert list(read_texts(str(folder))) == PASSAGES and list(fields) == [name for name, _ in PASSAGES]
    assert fields["c.jsonl:x"]["answers"] == [] and fields["guide/start.md:安装"] == {}


BAD = {
    "binary.html": (b"\x89PNG\r\n\x1a\n\0\0", "binary.html, line 1: expected text in UTF-8"),
    "empty.md": (b"", "empty.md: expected paragraphs of text. Received: no text at all"),
    "nul.html": (b"<h1>a</h1>b\0c", "nul.html, 'a': expected text. Received: a NUL character"),
    "broken.jsonl": (b'{"id": 1, "te', "broken.jsonl, line 1: expected a json object"),
    "scripts.html": (b"<script>never closed <p>text", "scripts.html: expected paragraphs of text"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_of_a_folder_is_named_or_skipped(folder, name):
    content, message = BAD[name]
    (folder / name).write_bytes(content)
    with pytest.raises(InvalidRecordError, match=message):
        list(read_texts(folder))
    records = read_texts(folder, on_error="skip")
    assert list(records) == PASSAGES
    assert [name in str(error) for error in records.rejected] == [True]


def test_a_link_to_nothing_and_a_folder_of_other_files(tmp_path):
    with pytest.raises(InvalidRecordError, match=r"files ending in .*\.md, .*Received: a folder without any"):
        list(read_texts(tmp_path))
    (tmp_path / "a.md").symlink_to("nowhere")
    with pytest.raises(InvalidRecordError, match="a.md: expected a file. Received: a link to nothing"):
        list(read_texts(tmp_path))
