"""The page of generated pairs on which people accept, reject and edit them."""

import json
from collections.abc import Sequence
from pathlib import Path

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


def review_page(passages: Sequence[QAPassage], title: str) -> str:
    """A page that opens without a network, on which every pair can be accepted, rejected and edited by keyboard.

    Pairs that have a reason begin as rejected ones, in grey; all others as accepted ones. What was decided stays in the
    browser until the page is opened again. The download is a line of json {"passage", "question", "answer", "start"}
    for each accepted pair, which `read_qa` and `textzoo train qa` read.

    Args:
        passages: what to review.
        title: heading of the page.

    Returns:
        HTML.

    Example:

    >>> from types import SimpleNamespace
    >>> pair = SimpleNamespace(question="谁来了？", answer="小李", start=0, end=2, score=-0.5, rejection_reason="duplicate")
    >>> page = review_page([QAPassage("小李来了", [pair])], "pairs")
    >>> '<tr data-pair="0" tabindex="0" class="rejected"><td>谁来了？</td>' in page, 'data-key="a"' in page
    (True, True)
    """
    buttons = "".join(f'<button data-key="{key}"><kbd>{key}</kbd> {name}</button>' for key, name in KEYS.items())
    bar = f'<div class="bar" role="toolbar" aria-label="review">{buttons}<output id="progress"></output></div>'
    code = (Path(__file__).parent / "review.js").read_text(encoding="utf-8")
    data = json.dumps([_plain(passage) for passage in passages], ensure_ascii=False).replace("<", "\\u003c")
    script = f'<script type="application/json" id="pairs">{data}</script>\n<script>\n{code}</script>'
    return html_page(title, qa_sections(passages), summary=bar, script=script)


def _plain(passage: QAPassage) -> dict:
    pairs = [
        {
            "question": p.question,
            "answer": p.answer,
            "start": p.start,
            "rejection_reason": getattr(p, "rejection_reason", None),
        }
        for p in passage.pairs
    ]
    return {"text": passage.text, "pairs": pairs}
