"""One self-contained HTML page of what a beam search looked at."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .html_page import html_page

COLUMN, ROW, EDGE, LETTER = 76, 34, 24, 9
STYLE = """<style>
.tree { overflow-x: auto; } svg { font-size: 14px; display: block; } svg text { fill: var(--ink); text-anchor: middle; }
svg line { stroke: var(--soft); stroke-width: 1.5; } svg .score { font-size: 10px; fill: var(--soft); }
svg rect { fill: var(--ground); stroke: var(--soft); rx: 6px; } svg .best rect { fill: var(--mark); }
svg .best line { stroke: var(--on); stroke-width: 3; } svg .pruned { opacity: .4; }
</style>"""


def beam_page(article: str, titles: Sequence[Any], trees: Mapping[Any, Sequence[Any]], title: str) -> str:
    """A page that opens without a network: an article, its titles, and the trees of the search for them.

    A tree written from the right grows to the left, so that both are read as a title is. Every token has its
    log-probability on the edge to it; what the search left is grey, what it chose is marked.

    Args:
        article: the article.
        titles: objects with `text, score, direction`, as `Title`, best first.
        trees: nodes, as `BeamNode`, by direction, `"left_to_right"` or `"right_to_left"`.
        title: heading of the page.

    Returns:
        HTML.

    Example:

    >>> from types import SimpleNamespace
    >>> node = SimpleNamespace(parent=-1, step=0, token="<", log_prob=-0.5, state="kept", best=True)
    >>> found = SimpleNamespace(text="<", score=-0.5, direction="left_to_right")
    >>> '>&lt;</text>' in beam_page("a < b", [found], {"left_to_right": [node]}, "Titles")
    True
    """
    return html_page(title, beam_sections(article, titles, trees))


def beam_sections(article: str, titles: Sequence[Any], trees: Mapping[Any, Sequence[Any]]) -> Iterator[str]:
    """What stands on `beam_page`, for a page of other things too.

    Args:
        article: as in `beam_page`, and so are the others.
        titles: objects, best first.
        trees: nodes by direction.

    Returns:
        A section of HTML for the titles, and one for each tree.

    Example:

    >>> len(list(beam_sections("a < b", [], {})))
    1
    """
    rows = "".join(
        f'<tr><td>{escape(t.text)}</td><td>{escape(t.direction)}</td><td class="number">{t.score:.2f}</td></tr>'
        for t in titles
    )
    table = f"<table><tr><th>Title</th><th>Direction</th><th>Score</th></tr>{rows}</table>"
    yield f'{STYLE}<section><div class="passage">{escape(article)}</div>{table}</section>'
    for direction, nodes in trees.items():
        drawn = _drawn(nodes, mirrored=direction == "right_to_left")
        yield f'<section><h2>{escape(direction)}</h2><div class="tree">{drawn}</div></section>'


def _drawn(nodes: Sequence[Any], mirrored: bool) -> str:
    heights, rows = _heights(nodes)
    width = COLUMN * (1 + max((node.step for node in nodes), default=0)) + COLUMN

    def x(step: float) -> float:
        return width - COLUMN * (step + 1) if mirrored else COLUMN * (step + 1)

    parts = []
    for place, node in enumerate(nodes):
        top = ROW * (heights[node.parent] if node.parent >= 0 else heights[-1])
        here, middle = x(node.step), (x(node.step) + x(node.step - 1)) / 2
        level = ROW * heights[place]
        name = node.token or "■"
        wide = max(EDGE, 10 + LETTER * len(name))
        parts.append(
            f'<g class="{node.state}{" best" if node.best else ""}">'
            f'<line x1="{x(node.step - 1)}" y1="{top:g}" x2="{here}" y2="{level:g}"/>'
            f'<text class="score" x="{middle:g}" y="{(top + level) / 2 - 3:g}">{node.log_prob:.2f}</text>'
            f'<rect x="{here - wide / 2:g}" y="{level - EDGE / 2:g}" width="{wide}" height="{EDGE}"/>'
            f'<text x="{here}" y="{level + 5:g}">{escape(name)}</text></g>'
        )
    return f'<svg width="{width}" height="{ROW * (rows + 1)}">{"".join(reversed(parts))}</svg>'


def _heights(nodes: Sequence[Any]) -> tuple[dict[int, float], int]:
    """Where each node stands, in rows: leaves one below the other, a parent amid its children; -1 is the root."""
    children: dict[int, list[int]] = {}
    for place, node in enumerate(nodes):
        children.setdefault(node.parent, []).append(place)
    heights: dict[int, float] = {}
    waiting, rows = [-1], 0
    while waiting:
        place = waiting[-1]
        below = children.get(place, [])
        if below and below[0] not in heights:
            waiting += reversed(below)
            continue
        waiting.pop()
        if below:
            heights[place] = (heights[below[0]] + heights[below[-1]]) / 2
        else:
            rows += 1
            heights[place] = rows
    return heights, rows
