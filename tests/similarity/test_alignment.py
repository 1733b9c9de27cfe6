from html.parser import HTMLParser

import numpy as np
import pytest

from textzoo.reports import alignment_page
from textzoo.similarity import align, wmd, wrd


def test_plan_is_that_of_the_distance(rng):
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(6, 3))
    found = align(x, y, list("abcd"), list("uvwxyz"))
    np.testing.assert_allclose([found.distance, (found.plan * found.costs).sum()], wmd(x, y))
    np.testing.assert_allclose(sum(move.mass * move.cost for move in found.moves()), wmd(x, y))
    np.testing.assert_allclose(align(x, y, "abcd", "uvwxyz", "cosine", "norm").distance, wrd(x, y))
    weights = rng.random(4), rng.random(6)
    given = align(x, y, "abcd", "uvwxyz", x_weights=weights[0], y_weights=weights[1])
    np.testing.assert_allclose(given.distance, wmd(x, y, *weights))
    assert [move.source for move in found.moves()] == sorted(move.source for move in found.moves())


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


def test_page_is_whole_safe_and_alone(rng):
    words = ["<b>", "&", "北"], ['"', "京"]
    found = align(rng.normal(size=(3, 2)), rng.normal(size=(2, 2)), *words)
    page = Collector(alignment_page(found, "a </title> b"))
    assert not page.open and "script" not in page.seen and "b" not in page.seen
    assert page.seen.count("line") == len(found.moves()) and page.seen.count("td") == 6
    lines = page.text.split("\n")
    assert all(word in lines for side in words for word in side) and "a </title> b" in lines
    for move in found.moves():
        assert f"{100 * move.mass:.1f}" in lines and f"{move.cost:.4f}" in lines


def test_equal_texts_make_a_page():
    found = align([[1.0]], [[1.0]], ["a"], ["a"])
    assert found.distance == 0 and "0.0000" in alignment_page(found)


def test_bad_input():
    with pytest.raises(ValueError, match="2 words for x. Received: 1"):
        align([[1.0], [2.0]], [[1.0]], ["a"], ["b"])
    with pytest.raises(ValueError, match="at least one word"):
        align(np.zeros((0, 1)), [[1.0]], [], ["b"])
