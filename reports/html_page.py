"""Parts that the self-contained HTML pages share: the frame with its style, sections and tables."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template


def html_page(title: str, sections: Iterable[str], *, note: str = "", summary: str = "", script: str = "") -> str:
    """Builds a page that opens without a network.

    Args:
        title: Heading of the page, plain text.
        sections: HTML of each section.
        note: Plain text below the heading.
        summary: HTML above the sections.
        script: HTML at the end of the page, such as `<script>` elements.

    Returns:
        HTML.

    Example:

    >>> "<h1>a &lt; b</h1>" in html_page("a < b", [])
    True
    """
    template = Template((Path(__file__).parent / "html_page.html").read_text(encoding="utf-8"))
    parts = {"title": escape(title), "note": escape(note), "summary": summary, "script": script}
    return template.substitute(parts, sections="\n".join(sections))


def html_table(header: Iterable[str], rows: Iterable[str]) -> str:
    """Builds a table.

    Args:
        header: Plain text of each header cell.
        rows: HTML of each row.

    Returns:
        HTML.

    Example:

    >>> html_table(["a < b"], ["<tr><td>1</td></tr>"])
    '<table><tr><th>a &lt; b</th></tr><tr><td>1</td></tr></table>'
    """
    cells = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    return f"<table><tr>{cells}</tr>{''.join(rows)}</table>"


def html_section(content: str, heading: str | None = None) -> str:
    """Builds a section.

    Args:
        content: HTML.
        heading: Plain text of its heading; None for no heading.

    Returns:
        HTML.

    Example:

    >>> html_section("<p>text</p>", "a < b")
    '<section><h2>a &lt; b</h2><p>text</p></section>'
    """
    return f"<section>{'' if heading is None else f'<h2>{escape(heading)}</h2>'}{content}</section>"


def html_passage(content: str) -> str:
    """Returns the element that holds the text of a passage.

    Args:
        content: HTML.

    Returns:
        HTML.

    Example:

    >>> html_passage("小李来了")
    '<div class="passage">小李来了</div>'
    """
    return f'<div class="passage">{content}</div>'
