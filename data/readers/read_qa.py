"""Reads question-answer pairs from public formats of json, csv, tsv and Parquet."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Literal

from ..check_types import check_types
from ..examples import QAExample
from ..qa.locate_answer import locate_answer
from ..text.chinese import CJK_RANGES
from .file_records import read_records
from .invalid_record_error import ERRORS_SHOWN, InvalidRecordError, check_on_error
from .qa_formats import FORMATS
from .qa_formats.gold_answers import GoldAnswer, gold_answers
from .qa_formats.qa_row import IMPOSSIBLE, QARow
from .qa_formats.table_row import typed_row
from .record_fields import check_id, check_text, describe, show_record
from .text_file import file_suffix

_WORDS = re.compile(rf"[{CJK_RANGES}]|[^\W{CJK_RANGES}]+|[^\w\s]")
_EXPECTED = f"question-answer pairs: {'; '.join(qa_format.FORM for qa_format in FORMATS)}"


@dataclass
class QAReport:
    """Counts of what was read from a file; `print(report)` shows them.

    Args:
        read: Number of pairs in the file.
        kept: Number of pairs that became examples.
        dropped: Per reason, the places (file and line or record) of the pairs dropped for it.
        without_span: Places of the kept pairs whose answer is not in the passage (`start` is None). They train the
            question only.
        moved_start: Number of kept pairs whose given start was wrong and became the answer's nearest occurrence.
    """

    read: int = 0
    kept: int = 0
    dropped: dict[str, list[str]] = field(default_factory=dict)
    without_span: list[str] = field(default_factory=list)
    moved_start: int = 0

    def drop(self, reason: str, place: str) -> None:
        self.dropped.setdefault(reason, []).append(place)

    def count(self, reason: str) -> int:
        """Returns the number of pairs dropped for a reason."""
        return len(self.dropped.get(reason, ()))

    def fraction(self, reason: str) -> float:
        """Returns the fraction of all pairs read that were dropped for a reason."""
        return self.count(reason) / max(1, self.read)

    def __str__(self) -> str:
        lines = [
            f"read {self.read} pairs, kept {self.kept}; {len(self.without_span)} of them without a span in the "
            f"passage, {self.moved_start} with a corrected start"
        ]
        if self.without_span:
            lines.append(f"without a span, training the question only: {_first(self.without_span)}")
        for reason, places in self.dropped.items():
            lines.append(f"dropped {len(places)} ({self.fraction(reason):.1%}), {reason}: {_first(places)}")
        return "\n".join(lines)


def _first(places: list[str]) -> str:
    return "; ".join(places[:ERRORS_SHOWN]) + ("; ..." if len(places) > ERRORS_SHOWN else "")


class QAExamples(list[QAExample]):
    """A list of `QAExample` with the `report` of their file."""

    def __init__(self, examples: Iterable[QAExample] = (), report: QAReport | None = None):
        super().__init__(examples)
        self.report = report or QAReport(read=len(self), kept=len(self))


@check_types
def read_qa(
    path: str | PathLike,
    *,
    encoding: str | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    max_answer_length: int | None = None,
    unanswerable: bool = False,
    passages: Mapping[str, str] | None = None,
) -> QAExamples:
    """Reads question-answer pairs; the format is recognized by content.

    Formats: SQuAD json (versions 1 and 2, CMRC 2018, DRCD), CMRC 2018 as first published, MRQA, WebQA / SogouQA,
    DuReader, lmqg, Alpaca, annotated texts, and rows `{"passage", "question", "answer"}` under the usual names, with
    optional `id` and `start`, among them FairytaleQA and rows of the Hugging Face hub. Records come as a json list, as
    one object per line, as csv or tsv with a row of names, or as Parquet. The training answer is the first gold answer
    that the passage contains (`locate_answer`, at or near its start), in the passage's wording. If it contains none, it
    is the first gold answer, with `start=None`.

    Args:
        path: The file, plain or compressed.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first invalid record, or `"skip"` it and list it in the report.
        max_answer_length: Drops longer answers. In words; a Chinese character or a punctuation mark counts as one.
        unanswerable: Whether to keep the unanswerable questions of SQuAD 2, with `answer=""` and no `answers`.
        passages: Passage of each id, for pairs without a passage, such as those that `textzoo generate qa` writes.

    Returns:
        The examples. Their `report` counts the pairs read, kept, dropped and corrected.

    Raises:
        InvalidRecordError: The file has no known format, or a record is invalid.

    Example:
        >>> from pathlib import Path
        >>> lines = ['{"passage": "北京是首都。", "question": "首都是哪里？", "answer": "北京"}']
        >>> _ = Path("qa.jsonl").write_text("\\n".join(lines), encoding="utf-8")
        >>> examples = read_qa("qa.jsonl")
        >>> examples[0].start, examples[0].answer
        (0, '北京')
        >>> print(examples.report)
        read 1 pairs, kept 1; 0 of them without a span in the passage, 0 with a corrected start
    """
    check_on_error(on_error)
    report = QAReport()
    examples = QAExamples(report=report)
    for row in _rows(str(path), encoding, passages or {}):
        report.read += 1
        try:
            if isinstance(row, InvalidRecordError):
                raise row
            example = _example(row, report, max_answer_length=max_answer_length, unanswerable=unanswerable)
        except InvalidRecordError as error:
            if on_error == "raise":
                raise error from None
            report.drop(f"expected {error.expected}", f"{error.place}: {error.received}")
            continue
        if example is not None:
            examples.append(example)
    report.kept = len(examples)
    return examples


def _rows(path: str, encoding: str | None, passages: Mapping[str, str]) -> Iterator[QARow | InvalidRecordError]:
    """Yields every pair of a file with its full place; an invalid record, or part of one, is yielded as its error."""
    is_table = file_suffix(path) in (".csv", ".tsv")
    for place, record in read_records(path, expected=_EXPECTED, encoding=encoding):
        if isinstance(record, InvalidRecordError):
            yield record
            continue
        if is_table:
            record = typed_row(record)
        qa_format = next((qa_format for qa_format in FORMATS if qa_format.matches(record)), None)
        if qa_format is None:
            yield InvalidRecordError(place, _EXPECTED, received=show_record(record))
            continue
        for row in qa_format.rows(record):
            full_place = f"{place}, {row.place}" if row.place else place
            if isinstance(row, InvalidRecordError):
                yield InvalidRecordError(full_place, row.expected, received=row.received)
            else:
                passage = passages.get(str(row.id)) if row.passage is None else row.passage
                yield row._replace(place=full_place, passage=passage)


def _example(row: QARow, report: QAReport, *, max_answer_length: int | None, unanswerable: bool) -> QAExample | None:
    """Returns the example of a row, or None if the row is dropped; counts in the report."""
    if row.passage is None and row.question is not None and row.id is not None:
        expected = "a passage (textzoo convert data --passages FILE adds them to generated pairs)"
        raise InvalidRecordError(row.place, expected, received=f"a pair of the passage {row.id!r} without its text")
    passage, question = (
        check_text(getattr(row, name), row.place, expected=f"a field {name!r} with a string")
        for name in ("passage", "question")
    )
    identifier, gold = check_id(row.id, row.place), []
    if not _is_impossible(row):
        gold = gold_answers(row.answers, row.place)
    if not gold and not unanswerable:
        report.drop(IMPOSSIBLE, row.place)
        return None
    if not gold and passage.strip() and question.strip():
        return QAExample(passage, question, "", None, identifier)
    answers = [answer for answer in gold if answer.text.strip()]
    texts = {"passage": passage.strip(), "question": question.strip(), "answer": answers}
    empty = next((name for name, text in texts.items() if not text), None)
    if empty is not None:
        report.drop(f"empty {empty}", row.place)
        return None
    spans = (locate_answer(passage, answer.text, start=answer.start) for answer in answers)
    chosen, span = next(((index, span) for index, span in enumerate(spans) if span is not None), (0, None))
    first = answers.pop(chosen)
    answer = first.text.strip() if span is None else passage[span[0] : span[1]]
    if max_answer_length is not None and len(_WORDS.findall(answer)) > max_answer_length:
        report.drop(f"answer longer than {max_answer_length}", row.place)
        return None
    if span is None:
        report.without_span.append(f"{row.place}: {answer}")
    report.moved_start += span is not None and _is_moved(first, span[0])
    others = (other.text for other in answers)
    return QAExample(passage, question, answer, span and span[0], identifier, (answer, *others))


def _is_moved(answer: GoldAnswer, start: int) -> bool:
    """Returns whether the file gives a start and the answer, without leading whitespace, was found elsewhere."""
    leading = len(answer.text) - len(answer.text.lstrip())
    return answer.start is not None and answer.start + leading != start


def _is_impossible(row: QARow) -> bool:
    value = "false" if row.is_impossible is None else str(row.is_impossible).strip().lower()  # CJRC has strings
    if value not in ("true", "false", "1", "0"):
        expected = "a field 'is_impossible' with true or false"
        raise InvalidRecordError(row.place, expected, received=describe(row.is_impossible))
    return value in ("true", "1")
