"""English pages: sentences of at most thirty words, and none of the phrases that read like a translation."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "results").glob("*.md")),
]
MAX_WORDS = 30
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]?\s+(?=[^a-z])")
OUTPUT_OF_A_SCRIPT = re.compile(r"<!-- begin .*?<!-- end -->", re.DOTALL)
TICS = re.compile(
    r"\b(?:stands?|is told|comes? to|in place of|those that|where there is one|it is to be|of which there|sight)\b",
    re.IGNORECASE,
)
MARKDOWN = MarkdownIt("commonmark").enable("table")


def texts(page: Path) -> Iterator[str]:
    """Yields the paragraphs, list items and cells of a page; a code span counts as one word."""
    for token in MARKDOWN.parse(OUTPUT_OF_A_SCRIPT.sub("", page.read_text(encoding="utf-8"))):
        if token.type == "inline":
            parts = (
                "CODE" if child.type == "code_inline" else child.content if child.type == "text" else " "
                for child in token.children or []
                if child.type in ("code_inline", "text", "softbreak", "hardbreak")
            )
            yield "".join(parts)


def sentences(page: Path) -> Iterator[str]:
    for text in texts(page):
        yield from SENTENCE_END.split(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_sentences_are_short(page):
    assert [sentence for sentence in sentences(page) if len(sentence.split()) > MAX_WORDS] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_have_no_tics(page):
    assert [text for text in texts(page) if TICS.search(text)] == []
