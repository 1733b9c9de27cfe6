"""Passages of Markdown and HTML and their ids."""

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
