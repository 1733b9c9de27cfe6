"""SVG drawing of the search tree of a beam search."""

from collections.abc import Sequence
from html import escape
from typing import Any

COLUMN_WIDTH, ROW_HEIGHT, NODE_HEIGHT, CHARACTER_WIDTH = 76, 34, 24, 9  # pixels; NODE_HEIGHT is also the least width
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
    """Draws the hypotheses of a beam search as a tree of tokens.

    The edge to a token carries its log-probability. Pruned tokens are pale; the tokens of the best hypothesis are
    highlighted. "■" is the end token.

    Args:
        nodes: Nodes of the tree, as `SearchNode`, in the order of the steps.
        mirrored: bool. Whether the tree grows to the left, for right-to-left decoding.

    Returns:
        SVG, for a page or a file of its own.

    Example:

    >>> from types import SimpleNamespace
    >>> node = SimpleNamespace(parent=-1, step=0, token="小", log_prob=-0.5, state="kept", best=True)
    >>> search_tree_svg([node]).count("<rect")
    1
    """
    rows, num_rows = _layout(nodes)
    width = COLUMN_WIDTH * (1 + max((node.step for node in nodes), default=0)) + COLUMN_WIDTH

    def column_x(step: int) -> int:
        return width - COLUMN_WIDTH * (step + 1) if mirrored else COLUMN_WIDTH * (step + 1)

    groups = []
    for index, node in enumerate(nodes):
        parent_x, x = column_x(node.step - 1), column_x(node.step)
        parent_y = ROW_HEIGHT * (rows[node.parent] if node.parent >= 0 else rows[-1])
        y = ROW_HEIGHT * rows[index]
        label = node.token or "■"
        node_width = max(NODE_HEIGHT, 10 + CHARACTER_WIDTH * len(label))
        left, top = x - node_width / 2, y - NODE_HEIGHT / 2
        groups.append(
            f'<g class="{node.state}{" best" if node.best else ""}">'
            f'<line x1="{parent_x}" y1="{parent_y:g}" x2="{x}" y2="{y:g}"/>'
            f'<text class="score" x="{(x + parent_x) / 2:g}" y="{(parent_y + y) / 2 - 3:g}">{node.log_prob:.2f}</text>'
            f'<rect x="{left:g}" y="{top:g}" width="{node_width}" height="{NODE_HEIGHT}"/>'
            f'<text x="{x}" y="{y + 5:g}">{escape(label)}</text></g>'
        )
    size = f'width="{width}" height="{ROW_HEIGHT * (num_rows + 1)}" class="beams"'
    # Reversed, so that a node covers the edges to its children.
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{STYLE}{"".join(reversed(groups))}</svg>'


def _layout(nodes: Sequence[Any]) -> tuple[dict[int, float], int]:
    """Returns the row of each node (the root is -1) and the number of rows.

    Leaves have a row each, in depth-first order. A parent is halfway between its first and its last child.
    """
    children: dict[int, list[int]] = {}
    for index, node in enumerate(nodes):
        children.setdefault(node.parent, []).append(index)
    rows: dict[int, float] = {}
    stack, num_rows = [-1], 0
    while stack:
        index = stack[-1]
        node_children = children.get(index, [])
        if node_children and node_children[0] not in rows:
            stack += reversed(node_children)
            continue
        stack.pop()
        if node_children:
            rows[index] = (rows[node_children[0]] + rows[node_children[-1]]) / 2
        else:
            num_rows += 1
            rows[index] = num_rows
    return rows, num_rows
