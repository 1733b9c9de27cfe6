"""Passages of Markdown and HTML, named by their headings."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from ..text.chinese import CJK_RANGES

MARKDOWN, HTML = (".md", ".markdown"), (".html", ".htm", ".xhtml")
MAX_PASSAGE = 400
"""Characters up to which the paragraphs of a section become one passage."""

_BLOCKS = frozenset(
    "address article aside blockquote body br caption dd details div dl dt figcaption figure footer header hr html li "
    "main ol p section summary table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SKIPPED = frozenset("button form nav noscript pre script select style svg template textarea title".split())
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_WITHIN_CHINESE = re.compile(rf"(?<=[{CJK_RANGES}，。、；：？！]) (?=[{CJK_RANGES}])")


def markdown_passages(text: str) -> Iterator[tuple[str, str]]:
    """Yields id and text of the passages of Markdown, as `html_passages`; code and front matter are left out.

    Example:

    >>> list(markdown_passages("# 城市\\n\\n## 北京\\n\\n北京是*首都*。\\n\\n## 上海\\n\\n上海在东边。\\n"))
    [('城市 > 北京', '北京是首都。'), ('城市 > 上海', '上海在东边。')]
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    yield from html_passages(parser.render(_FRONT_MATTER.sub("", text, count=1)))


def html_passages(text: str) -> Iterator[tuple[str, str]]:
    """Yields id and text of the passages of an HTML page.

    The paragraphs under a heading form passages of up to `MAX_PASSAGE` characters; a longer paragraph is one. The id is
    the headings above, joined by " > ", and the number of the passage if it is not the first under them. Scripts,
    navigation, forms and code are left out.

    Example:

    >>> list(html_passages("<h1>Sky</h1><p>The sky is <b>blue</b>.<script>x()</script><ul><li>Clouds are white.</ul>"))
    [('Sky', 'The sky is blue.\\nClouds are white.')]
    """
    page = _Page()
    page.feed(text)
    page.close()
    page.end_block()
    numbers: Counter[str] = Counter()
    used: set[str] = set()
    for headings, paragraphs in page.sections:
        name = " > ".join(headings) or "text"
        for passage in _passages(paragraphs):
            identifier = name
            while identifier in used:  # a heading may end with a number of its own
                numbers[name] += 1
                identifier = f"{name} ({numbers[name] + 1})"
            used.add(identifier)
            yield identifier, passage


def _passages(paragraphs: list[str]) -> Iterator[str]:
    group: list[str] = []
    for paragraph in paragraphs:
        if group and sum(map(len, group)) + len(group) + len(paragraph) > MAX_PASSAGE:
            yield "\n".join(group)
            group = []
        group.append(paragraph)
    if group:
        yield "\n".join(group)


class _Page(HTMLParser):
    """The sections of a page: headings from the outermost and paragraphs."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.sections: list[tuple[list[str], list[str]]] = [([], [])]
        self._levels: list[int] = []
        self._heading: int | None = None
        self._skipped = 0
        self._parts: list[str] = []

    def handle_starttag(self, tag: str, attrs) -> None:
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag in _HEADINGS:
            self.end_block()
            self._heading = _HEADINGS[tag]
        elif tag in _BLOCKS:
            self.end_block()

    def handle_startendtag(self, tag: str, attrs) -> None:
        if tag in _BLOCKS:
            self.end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._parts.append(data)

    def end_block(self) -> None:
        text = _WITHIN_CHINESE.sub("", " ".join("".join(self._parts).split()))
        self._parts, level, self._heading = [], self._heading, None
        if level is None:
            if text:
                self.sections[-1][1].append(text)
            return
        headings = list(self.sections[-1][0])
        while self._levels and self._levels[-1] >= level:
            self._levels.pop()
            headings.pop()
        if text:
            self._levels.append(level)
            self.sections.append(([*headings, text], []))
        else:
            self.sections.append((headings, []))
