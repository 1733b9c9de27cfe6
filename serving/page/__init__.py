"""The web page of the service: one HTML document without a build step, which loads nothing from elsewhere."""

import base64
import hashlib
import re
from pathlib import Path

from ...reports.html_page import html_page
from ...reports.review_page import review_script, review_toolbar

FOLDER = Path(__file__).parent


def service_page() -> str:
    """Builds the page. It asks the service for its models and shows a part for each task.

    Returns:
        HTML.

    Example:

    >>> page = service_page()
    >>> page.count("<script>"), 'id="pairs-part"' in page
    (3, True)
    """
    parts = _read("parts.html").replace("<!-- toolbar -->", review_toolbar())
    scripts = "".join(f"<script>\n{script}</script>\n" for script in (review_script(), _read("page.js")))
    return html_page("textzoo", [parts], summary=f"<style>\n{_read('page.css')}</style>", script=scripts)


def content_security_policy(page: str) -> str:
    """Returns the header that allows a page its own scripts and the service only."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    sources = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {sources}; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
