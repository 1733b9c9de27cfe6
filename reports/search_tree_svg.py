"""The tree of a beam search."""

from collections.abc import Sequence
from html import escape
from typing import Any

COLUMN, ROW, EDGE, LETTER = 76, 34, 24, 9
STYLE = """<style>
.beams { font: 14px system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; display: block; }
.beams text { fill: var(--ink, #1d2733); text-anchor: middle; }
.beams line { stroke: var(--soft, #7a8794); stroke-width: 1.5; }
.beams .score { font-size: 10px; fill: var(--soft, #7a8794); }
.beams rect { fill: var(--ground, #f5f7f9); stroke: var(--soft, #7a8794); rx: 6px; }
.beams .best rect { fill: var(--mark, #ffe9a8); } .beams .best line { stroke: var(--on, #ffc233); stroke-width: 3; }
.beams .pruned { opacity: .4; }
</style>"""


def search_tree_svg(nodes: Sequence[Any], mirrored: bool = False) -> str:
    """What a beam search looked at, as a tree.

    Every token has its log-probability on the edge to it; what the search left is pale, what it chose is marked.

    Args:
        nodes: as `SearchNode`, in the order of the steps.
        mirrored: bool. Whether the tree grows to the left, for what is written from the right.

    Returns:
        SVG, for a page or a file of its own.

    Example:

    >>> from types import SimpleNamespace
    >>> node = SimpleNamespace(parent=-1, step=0, token="小", log_prob=-0.5, state="kept", best=True)
    >>> search_tree_svg([node]).count("<rect")
    1
    """
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
    size = f'width="{width}" height="{ROW * (rows + 1)}" class="beams"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{STYLE}{"".join(reversed(parts))}</svg>'


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
