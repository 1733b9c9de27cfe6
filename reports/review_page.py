"""HTML page to accept, reject and edit generated pairs."""

import json
from collections.abc import Sequence
from pathlib import Path

from ..data.check_types import check_types
from .html_page import html_page
from .qa_page import QAPassage, qa_sections

KEYS = {
    "a": "accept 采用",
    "r": "reject 弃用",
    "e": "edit 修改",
    "u": "undo 撤销",
    "k": "\u2191",
    "j": "\u2193",
    "d": "download 下载",
}


@check_types
def review_page(passages: Sequence[QAPassage], title: str) -> str:
    """Builds a page that opens without a network, to accept, reject and edit every pair by keyboard.

    A pair with a `rejection_reason` is rejected at first, and grey; all others are accepted. The browser stores the
    decisions, so that they are there when the page is opened again. The download holds one line of JSON
    {"passage", "question", "answer", "start"} for each accepted pair, in the format that `read_qa` and
    `textzoo train qa` read.

    Args:
        passages: The passages to review, with their pairs.
        title: Heading of the page.

    Returns:
        HTML.

    Example:

    >>> from types import SimpleNamespace
    >>> pair = SimpleNamespace(
    ...     question="谁来了？", answer="小李", start=0, end=2, score=-0.5, rejection_reason="duplicate"
    ... )
    >>> page = review_page([QAPassage("小李来了", [pair])], "pairs")
    >>> '<tr data-pair="0" tabindex="0" class="rejected"><td>谁来了？</td>' in page, 'data-key="a"' in page
    (True, True)
    """
    data = json.dumps([_to_json(passage) for passage in passages], ensure_ascii=False).replace("<", "\\u003c")
    script = f'<script type="application/json" id="pairs">{data}</script>\n<script>\n{review_script()}</script>'
    return html_page(title, qa_sections(passages), summary=review_toolbar(), script=script)


def review_toolbar() -> str:
    """Returns the HTML of the buttons and of the progress."""
    buttons = "".join(f'<button data-key="{key}"><kbd>{key}</kbd> {name}</button>' for key, name in KEYS.items())
    return f'<div class="bar" role="toolbar" aria-label="review">{buttons}<output id="progress"></output></div>'


def review_script() -> str:
    """Returns the JavaScript of the review, for pages with rows `tr[data-pair]` and the toolbar."""
    return (Path(__file__).parent / "review.js").read_text(encoding="utf-8")


def _to_json(passage: QAPassage) -> dict:
    pairs = [
        {
            "question": pair.question,
            "answer": pair.answer,
            "start": pair.start,
            "rejection_reason": getattr(pair, "rejection_reason", None),
        }
        for pair in passage.pairs
    ]
    return {"text": passage.text, "pairs": pairs}
