"""HTML page of a transport plan between the words of two texts."""

import html

from ..data.check_types import check_types
from ..similarity.alignment import Alignment

# The page has a style of its own: no frame, light only, wide tables.
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222 }
svg { width: 100%; height: auto } svg text { font-size: 15px; text-anchor: middle }
table { border-collapse: collapse } td, th { padding: .3em .6em; text-align: center; border: 1px solid #ddd }
td small { color: #666 } .scroll { overflow-x: auto }
"""
WORD_WIDTH = 70  # units of the SVG view box, as HEIGHT
HEIGHT = 190


@check_types
def alignment_page(alignment: Alignment, title: str = "Transport plan") -> str:
    """Builds a self-contained HTML page: lines between the words, as thick as the mass, and a table of mass and cost.

    Args:
        alignment: Result of `align`.
        title: Heading of the page.

    Returns:
        The page, to be written as UTF-8.

    Example:

    >>> from textzoo.similarity import align
    >>> page = alignment_page(align([[0.0]], [[1.0]], x_units=["<a>"], y_units=["b"]))
    >>> "&lt;a&gt;" in page, "1.0000" in page
    (True, True)
    """
    heading = html.escape(title)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{heading}</title><style>{STYLE}</style></head>\n'
        f"<body><h1>{heading}</h1>\n<p>Distance {alignment.distance:.4f}. A line is as thick as the mass that moves "
        f"along it, and the darker the less it costs; point at it for its numbers.</p>\n{alignment_lines(alignment)}\n"
        f"<p>Mass in per cent, and cost below it.</p>\n{_table(alignment)}\n</body></html>\n"
    )


def alignment_lines(alignment: Alignment) -> str:
    """Draws the words of both texts and the lines between them as SVG, which other pages can include."""
    num_sources, num_targets = alignment.plan.shape
    width = WORD_WIDTH * max(num_sources, num_targets)

    def x(i: int, count: int) -> float:
        return width * (i + 0.5) / count

    max_cost = max(float(alignment.costs.max()), 1e-300)
    max_mass = float(alignment.plan.max())
    parts = []
    for move in alignment.moves():
        source, target = alignment.source_units[move.source], alignment.target_units[move.target]
        tooltip = html.escape(f"{source} → {target}: mass {move.mass:.4f}, cost {move.cost:.4f}")
        x1, x2 = x(move.source, num_sources), x(move.target, num_targets)
        parts.append(
            f'<line x1="{x1:.1f}" y1="28" x2="{x2:.1f}" y2="{HEIGHT - 28}" '
            f'stroke="#1f5fa8" stroke-width="{1 + 9 * move.mass / max_mass:.2f}" '
            f'stroke-opacity="{0.9 - 0.7 * move.cost / max_cost:.2f}"><title>{tooltip}</title></line>'
        )
    for units, y in ((alignment.source_units, 18), (alignment.target_units, HEIGHT - 8)):
        parts += [
            f'<text x="{x(i, len(units)):.1f}" y="{y}">{html.escape(unit)}</text>' for i, unit in enumerate(units)
        ]
    return f'<svg viewBox="0 0 {width} {HEIGHT}" style="max-width: {width}px">' + "\n".join(parts) + "</svg>"


def _table(alignment: Alignment) -> str:
    max_mass = float(alignment.plan.max())
    header = "".join(f"<th>{html.escape(unit)}</th>" for unit in alignment.target_units)
    rows = []
    for unit, masses, costs in zip(alignment.source_units, alignment.plan, alignment.costs, strict=True):
        cells = "".join(
            f'<td style="background: rgba(31, 95, 168, {0.6 * mass / max_mass:.2f})">'
            f"{f'{100 * mass:.1f}' if mass > 1e-12 else ''}<br><small>{cost:.4f}</small></td>"
            for mass, cost in zip(masses, costs, strict=True)
        )
        rows.append(f"<tr><th>{html.escape(unit)}</th>{cells}</tr>")
    return f'<div class="scroll"><table><tr><th></th>{header}</tr>\n' + "\n".join(rows) + "</table></div>"
