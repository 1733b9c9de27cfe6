"""One self-contained HTML page of what a beam search looked at."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .html_page import html_page
from .search_tree_svg import search_tree_svg

STYLE = "<style>.tree { overflow-x: auto; }</style>"


def search_tree_page(article: str, titles: Sequence[Any], trees: Mapping[Any, Sequence[Any]], title: str) -> str:
    """A page that opens without a network: an article, its titles, and the trees of the search for them.

    Both trees, drawn by `search_tree_svg`, are read as a title is: that from the right grows to the left.

    Args:
        article: the article.
        titles: objects with `text, score, direction`, as `Title`, best first.
        trees: nodes, as `SearchNode`, by direction, `"left_to_right"` or `"right_to_left"`.
        title: heading of the page.

    Returns:
        HTML.

    Example:

    >>> from types import SimpleNamespace
    >>> node = SimpleNamespace(parent=-1, step=0, token="<", log_prob=-0.5, state="kept", best=True)
    >>> found = SimpleNamespace(text="<", score=-0.5, direction="left_to_right")
    >>> '>&lt;</text>' in search_tree_page("a < b", [found], {"left_to_right": [node]}, "Titles")
    True
    """
    return html_page(title, search_tree_sections(article, titles, trees))


def search_tree_sections(article: str, titles: Sequence[Any], trees: Mapping[Any, Sequence[Any]]) -> Iterator[str]:
    """What stands on `search_tree_page`, for a page of other things too.

    Args:
        article: as in `search_tree_page`, and so are the others.
        titles: objects, best first.
        trees: nodes by direction.

    Returns:
        A section of HTML for the titles, and one for each tree.

    Example:

    >>> len(list(search_tree_sections("a < b", [], {})))
    1
    """
    rows = "".join(
        f'<tr><td>{escape(t.text)}</td><td>{escape(t.direction)}</td><td class="number">{t.score:.2f}</td></tr>'
        for t in titles
    )
    table = f"<table><tr><th>Title</th><th>Direction</th><th>Score</th></tr>{rows}</table>"
    yield f'{STYLE}<section><div class="passage">{escape(article)}</div>{table}</section>'
    for direction, nodes in trees.items():
        drawn = search_tree_svg(nodes, mirrored=direction == "right_to_left")
        yield f'<section><h2>{escape(direction)}</h2><div class="tree">{drawn}</div></section>'
