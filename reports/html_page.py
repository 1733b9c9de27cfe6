"""The frame of the self-contained HTML pages."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template


def html_page(title: str, sections: Iterable[str], note: str = "", summary: str = "", script: str = "") -> str:
    """A page that opens without a network.

    Args:
        title: heading, plain text.
        sections: HTML.
        note: below the heading, plain text.
        summary: HTML above the sections.
        script: HTML at the end, with what the page does besides.

    Example:

    >>> "<h1>a &lt; b</h1>" in html_page("a < b", [])
    True
    """
    template = Template((Path(__file__).parent / "html_page.html").read_text(encoding="utf-8"))
    parts = {"title": escape(title), "note": escape(note), "summary": summary, "script": script}
    return template.substitute(parts, sections="\n".join(sections))
