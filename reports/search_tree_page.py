"""HTML page of the search tree of a beam search."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from ..data.check_types import check_types
from .html_page import html_page, html_passage, html_section, html_table
from .search_tree_svg import search_tree_svg

STYLE = "<style>.tree { overflow-x: auto; }</style>"


@check_types
def search_tree_page(article: str, titles: Sequence[Any], *, trees: Mapping[Any, Sequence[Any]], title: str) -> str:
    """Builds a page that opens without a network: an article, its titles, and their search trees.

    Every tree reads as its titles do: the one that decodes from right to left grows to the left (`search_tree_svg`).

    Args:
        article: The article.
        titles: Objects with `text, score, direction`, as `Title`, best first.
        trees: Nodes of each tree, as `SearchNode`, by direction: `"left_to_right"` or `"right_to_left"`.
        title: Heading of the page.

    Returns:
        HTML.

    Example:

    >>> from types import SimpleNamespace
    >>> node = SimpleNamespace(parent=-1, step=0, token="<", log_prob=-0.5, state="kept", best=True)
    >>> generated = SimpleNamespace(text="<", score=-0.5, direction="left_to_right")
    >>> '>&lt;</text>' in search_tree_page("a < b", [generated], trees={"left_to_right": [node]}, title="Titles")
    True
    """
    return html_page(title, search_tree_sections(article, titles, trees=trees))


@check_types
def search_tree_sections(article: str, titles: Sequence[Any], *, trees: Mapping[Any, Sequence[Any]]) -> Iterator[str]:
    """Yields the sections of `search_tree_page`, which other pages can include.

    Args:
        article: As in `search_tree_page`.
        titles: As in `search_tree_page`.
        trees: As in `search_tree_page`.

    Yields:
        The HTML section of the titles, then the section of each tree.

    Example:

    >>> len(list(search_tree_sections("a < b", [], trees={})))
    1
    """
    rows = (
        f'<tr><td>{escape(t.text)}</td><td>{escape(t.direction)}</td><td class="number">{t.score:.2f}</td></tr>'
        for t in titles
    )
    yield STYLE + html_section(html_passage(escape(article)) + html_table(("Title", "Direction", "Score"), rows))
    for direction, nodes in trees.items():
        svg = search_tree_svg(nodes, mirrored=direction == "right_to_left")
        yield html_section(f'<div class="tree">{svg}</div>', direction)
