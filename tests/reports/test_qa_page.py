"""The page highlights every answer at its position and escapes every text."""

import re
from html import unescape
from types import SimpleNamespace

from textzoo.reports import QAPassage, qa_page


def pair(start, end, *, text="小李在上海开会。", question="问？"):
    return SimpleNamespace(question=question, answer=text[start:end], start=start, end=end, score=-0.25)


def passage_html(page):
    return re.search(r'<div class="passage">(.*?)</div>', page, re.S).group(1)


def test_overlapping_answers_are_cut_at_their_ends():
    html = passage_html(qa_page([QAPassage("小李在上海开会。", [pair(0, 5), pair(3, 7)])], "t"))
    parts = re.findall(r'<mark data-pairs="([^"]*)" tabindex="0">([^<]*)</mark>', html)
    assert parts == [("0", "小李在"), ("0 1", "上海"), ("1", "开会")]


def test_the_text_survives():
    text = 'a < b & "c" 𠀀 <script>alert(1)</script>\n二'
    page = qa_page([QAPassage(text, [pair(0, 1, text=text, question="<b>?")])], "<i>")
    assert unescape(re.sub(r"<[^>]*>", "", passage_html(page))) == text
    assert "<script>alert" not in page and "<i>" not in page and "<b>?" not in page


def test_gold_answers_are_underlined():
    assert "<u>小李</u>" in passage_html(qa_page([QAPassage("小李在上海开会。", [], gold_spans=[(0, 2)])], "t"))


def test_nothing_is_loaded_from_elsewhere():
    page = qa_page([QAPassage("文", [])], "t", note="note", summary=[("", "a"), ("b", "1")])
    assert not re.search(r"(src|href)\s*=|url\(|@import", page)
