"""One self-contained HTML page of passages, their answers and questions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from .html_page import html_page


@dataclass(frozen=True)
class QAPassage:
    """A passage of the page.

    Args:
        text: the passage.
        pairs: objects with `question, answer, start, end, score`, as `QAPair`; those with a `reason` as well, as
            `ScoredQAPair`, are shown grey where there is one.
        name: heading of the passage.
        gold: `(start, end)` of reference answers, underlined.

    Example:

    >>> QAPassage("小李来了", (), "1").name
    '1'
    """

    text: str
    pairs: Sequence[Any]
    name: str = ""
    gold: Sequence[tuple[int, int]] = ()


def qa_page(
    passages: Sequence[QAPassage],
    title: str,
    note: str = "",
    summary: Sequence[Sequence[str]] = (),
    more: Iterable[str] = (),
) -> str:
    """A page that opens without a network: answers highlighted in their passage, linked to their questions.

    Args:
        passages: what to show.
        title: heading of the page.
        note: text below the heading.
        summary: rows of a table, the first its head.
        more: HTML of further sections, such as `search_tree_sections`.

    Returns:
        HTML.

    Example:

    >>> from types import SimpleNamespace
    >>> pair = SimpleNamespace(question="谁来了？", answer="小李", start=0, end=2, score=-0.5)
    >>> '<mark data-pairs="0" tabindex="0">小李</mark>来了' in qa_page([QAPassage("小李来了", [pair])], "pairs")
    True
    """
    table = _table(summary[0], summary[1:]) if summary else ""
    return html_page(title, [*qa_sections(passages), *more], note, table)


def qa_sections(passages: Sequence[QAPassage]) -> Iterator[str]:
    """The passages as HTML."""
    return (_section(passage, number) for number, passage in enumerate(passages, 1))


def _section(passage: QAPassage, number: int) -> str:
    rows = "".join(_row(pair, i) for i, pair in enumerate(passage.pairs))
    head = "<tr><th>Question</th><th>Answer</th><th>Score</th></tr>"
    return (
        f"<section><h2>{escape(passage.name or str(number))}</h2>"
        f'<div class="passage">{_marked(passage)}</div><table>{head}{rows}</table></section>'
    )


def _row(pair: Any, number: int) -> str:
    reason = getattr(pair, "rejection_reason", None)
    grey, why = (' class="rejected"', f'<td class="reason">{escape(reason)}</td>') if reason else ("", "")
    return (
        f'<tr data-pair="{number}" tabindex="0"{grey}><td>{escape(pair.question)}</td><td>{escape(pair.answer)}</td>'
        f'<td class="number">{pair.score:.2f}</td>{why}</tr>'
    )


def _marked(passage: QAPassage) -> str:
    """The text cut at every border of an answer, each part told which pairs it belongs to."""
    spans = [(pair.start, pair.end) for pair in passage.pairs]
    borders = sorted({0, len(passage.text), *(at for span in (*spans, *passage.gold) for at in span)})
    html = ""
    for start, end in zip(borders, borders[1:], strict=False):
        part = escape(passage.text[start:end])
        if any(a <= start and end <= b for a, b in passage.gold):
            part = f"<u>{part}</u>"
        pairs = " ".join(str(i) for i, (a, b) in enumerate(spans) if a <= start and end <= b)
        html += f'<mark data-pairs="{pairs}" tabindex="0">{part}</mark>' if pairs else part
    return html


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>{body}</table>"
