"""The page of a beam search: positions of nodes, edges and scores, and escaping of texts."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

from textzoo.reports import search_tree_page


def node(parent, step, *, token, log_prob, state="kept", best=False):
    return SimpleNamespace(parent=parent, step=step, token=token, log_prob=log_prob, state=state, best=best)


NODES = [
    node(-1, 0, token="小", log_prob=-0.25, best=True),
    node(-1, 0, token="<b>", log_prob=-1.5),
    node(0, 1, token="", log_prob=-0.5, state="finished", best=True),
    node(0, 1, token="李", log_prob=-2.0, state="pruned"),
    node(1, 1, token="王", log_prob=-3.0, state="pruned"),
]
TITLES = [SimpleNamespace(text="小<i>", score=-0.75, direction="right_to_left")]


class TagParser(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "line", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("line", "rect"):
            assert self.open.pop() == tag


def drawn_nodes(page):
    """Returns (class, line, score, token) of each node of the first tree, in the order of the nodes."""
    svg = page[page.index("<svg") : page.index("</svg>")]
    pattern = (
        r'<g class="([^"]*)"><line x1="(.*?)" y1="(.*?)" x2="(.*?)" y2="(.*?)"/><text[^>]*>(.*?)</text><rect[^>]*/>'
    )
    groups = re.findall(pattern + r"<text[^>]*>(.*?)</text></g>", svg)
    return [(g[0], [float(x) for x in g[1:5]], g[5], g[6]) for g in reversed(groups)]


def test_nodes_edges_and_scores():
    page = search_tree_page("今天 & <明天>", TITLES, trees={"left_to_right": NODES}, title="a < b")
    nodes = drawn_nodes(page)
    assert [(kind, score, token) for kind, _, score, token in nodes] == [
        ("kept best", "-0.25", "小"),
        ("kept", "-1.50", "&lt;b&gt;"),
        ("finished best", "-0.50", "■"),
        ("pruned", "-2.00", "李"),
        ("pruned", "-3.00", "王"),
    ]
    lines = [line for _, line, *_ in nodes]
    for (x1, y1, x2, _), node in zip(lines, NODES, strict=True):
        assert x1 < x2
        if node.parent >= 0:
            assert [x1, y1] == lines[node.parent][2:]  # an edge starts at its parent
    leaves = [lines[i][3] for i in (2, 3, 4)]
    assert len(set(leaves)) == 3 and lines[0][3] == (leaves[0] + leaves[1]) / 2


def test_right_to_left_tree_is_mirrored():
    left, right = (
        drawn_nodes(search_tree_page("x", [], trees={d: NODES}, title="t")) for d in ("left_to_right", "right_to_left")
    )
    width = left[0][1][0] + right[0][1][0]
    for (_, one, *_), (_, other, *_) in zip(left, right, strict=True):
        assert [width - one[0], one[1], width - one[2], one[3]] == other


def test_texts_are_escaped_and_nothing_is_loaded():
    page = search_tree_page(
        "<script>alert(1)</script>", TITLES, trees={"left_to_right": NODES, "right_to_left": NODES}, title="<x>"
    )
    parser = TagParser(page)
    assert not parser.open and [tag for tag, _ in parser.tags].count("script") == 1
    assert {tag for tag, _ in parser.tags}.isdisjoint({"i", "x", "b", "link", "img"})
    assert (
        "http" not in page.replace("http://www.w3.org/2000/svg", "")
        and [tag for tag, _ in parser.tags].count("svg") == 2
    )


def test_no_node():
    assert "<svg" in search_tree_page("x", [], trees={"left_to_right": []}, title="t")
