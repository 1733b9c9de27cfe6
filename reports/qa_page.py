"""HTML page of passages with their answers and questions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..data.check_types import check_field_types, check_types
from .html_page import html_page, html_passage, html_section, html_table


@dataclass(frozen=True)
class QAPassage:
    """A passage to show, with its pairs.

    Args:
        text: The passage.
        pairs: Objects with `question, answer, start, end, score`, as `QAPair`. A pair that also has a
            `rejection_reason`, as `ScoredQAPair`, is grey unless the reason is None.
        name: Heading of the passage.
        gold_spans: `(start, end)` of the reference answers, which are underlined.

    Example:

    >>> QAPassage("小李来了", (), "1").name
    '1'
    """

    text: str
    pairs: Sequence[Any]
    name: str = ""
    gold_spans: Sequence[tuple[int, int]] = ()

    def __post_init__(self):
        check_field_types(self)


@check_types
def qa_page(
    passages: Sequence[QAPassage],
    title: str,
    *,
    note: str = "",
    summary: Sequence[Sequence[str]] = (),
    extra_sections: Iterable[str] = (),
) -> str:
    """Builds a page that opens without a network: answers highlighted in their passage and linked to their questions.

    Args:
        passages: The passages to show.
        title: Heading of the page.
        note: Text below the heading.
        summary: Rows of a table above the passages; the first is its header.
        extra_sections: HTML of further sections, such as `search_tree_sections`.

    Returns:
        HTML.

    Example:

    >>> from types import SimpleNamespace
    >>> pair = SimpleNamespace(question="谁来了？", answer="小李", start=0, end=2, score=-0.5)
    >>> '<mark data-pairs="0" tabindex="0">小李</mark>来了' in qa_page([QAPassage("小李来了", [pair])], "pairs")
    True
    """
    table = html_table(summary[0], map(_text_row, summary[1:])) if summary else ""
    return html_page(title, [*qa_sections(passages), *extra_sections], note=note, summary=table)


def qa_sections(passages: Sequence[QAPassage]) -> Iterator[str]:
    """Yields the HTML section of each passage."""
    return (_section(passage, number) for number, passage in enumerate(passages, 1))


def _section(passage: QAPassage, number: int) -> str:
    table = html_table(
        ("Question", "Answer", "Score"), (_pair_row(pair, index) for index, pair in enumerate(passage.pairs))
    )
    return html_section(html_passage(_highlighted_text(passage)) + table, passage.name or str(number))


def _pair_row(pair: Any, index: int) -> str:
    reason = getattr(pair, "rejection_reason", None)
    row_class, reason_cell = (' class="rejected"', f'<td class="reason">{escape(reason)}</td>') if reason else ("", "")
    return (
        f'<tr data-pair="{index}" tabindex="0"{row_class}><td>{escape(pair.question)}</td>'
        f'<td>{escape(pair.answer)}</td><td class="number">{pair.score:.2f}</td>{reason_cell}</tr>'
    )


def _highlighted_text(passage: QAPassage) -> str:
    """Returns the passage cut at every start and end of an answer, each part marked with the pairs that cover it."""
    spans = [(pair.start, pair.end) for pair in passage.pairs]
    cuts = sorted({0, len(passage.text), *(cut for span in (*spans, *passage.gold_spans) for cut in span)})
    html = ""
    for start, end in zip(cuts, cuts[1:], strict=False):
        part = escape(passage.text[start:end])
        if any(a <= start and end <= b for a, b in passage.gold_spans):
            part = f"<u>{part}</u>"
        pairs = " ".join(str(i) for i, (a, b) in enumerate(spans) if a <= start and end <= b)
        html += f'<mark data-pairs="{pairs}" tabindex="0">{part}</mark>' if pairs else part
    return html


def _text_row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
