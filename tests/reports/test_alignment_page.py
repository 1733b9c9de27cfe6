"""Page of an alignment: valid, escaped and self-contained HTML."""

from html.parser import HTMLParser

import numpy as np

from textzoo.reports import alignment_page
from textzoo.similarity import align


class Collector(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href"}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data + "\n"


def test_page_is_valid_escaped_and_self_contained():
    rng = np.random.default_rng(0)
    source_units, target_units = ["<b>", "&", "北"], ['"', "京"]
    alignment = align(rng.normal(size=(3, 2)), rng.normal(size=(2, 2)), x_units=source_units, y_units=target_units)
    page = Collector(alignment_page(alignment, "a </title> b"))
    assert not page.open and "script" not in page.seen and "b" not in page.seen
    assert page.seen.count("line") == len(alignment.moves()) and page.seen.count("td") == 6
    lines = page.text.split("\n")
    assert all(unit in lines for unit in (*source_units, *target_units)) and "a </title> b" in lines
    for move in alignment.moves():
        assert f"{100 * move.mass:.1f}" in lines and f"{move.cost:.4f}" in lines


def test_page_of_equal_texts():
    alignment = align([[1.0]], [[1.0]], x_units=["a"], y_units=["a"])
    assert alignment.distance == 0 and "0.0000" in alignment_page(alignment)
