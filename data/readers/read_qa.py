"""Reads question-answer pairs from SQuAD, WebQA, FairytaleQA and plain json."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, Literal

from ..examples import QAExample
from ..qa.locate_answer import locate_answer
from ..text.chinese import CJK_RANGES
from .invalid_record_error import ERRORS_SHOWN, InvalidRecordError, check_on_error
from .qa_formats import FORMATS
from .qa_formats.gold_answers import GoldAnswer, gold_answers
from .qa_formats.qa_row import IMPOSSIBLE, QARow
from .record_fields import check_id, check_text, describe, parse_json
from .text_file import check_decoded, numbered_lines, open_text

_WORDS = re.compile(rf"[{CJK_RANGES}]|[^\W{CJK_RANGES}]+|[^\w\s]")
MAX_DOCUMENT = 2**28  # characters of a json document; files of one record per line may have any size
_EXPECTED = "SQuAD json, a list of WebQA or FairytaleQA records, or lines of {passage, question, answer}"


@dataclass
class QAReport:
    """Counts of what was read from a file; `print(report)` shows them.

    Args:
        read: Number of pairs in the file.
        kept: Number of pairs that became examples.
        dropped: Per reason, the places (file and line or record) of the pairs dropped for it.
        without_span: Number of kept pairs whose answer is not in the passage (`start` is None). They train the question
            only.
        moved_start: Number of kept pairs whose given start was wrong and became the answer's nearest occurrence.
    """

    read: int = 0
    kept: int = 0
    dropped: dict[str, list[str]] = field(default_factory=dict)
    without_span: int = 0
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
            f"read {self.read} pairs, kept {self.kept}; {self.without_span} of them without a span in the passage, "
            f"{self.moved_start} with a corrected start"
        ]
        for reason, places in self.dropped.items():
            shown = "; ".join(places[:ERRORS_SHOWN]) + ("; ..." if len(places) > ERRORS_SHOWN else "")
            lines.append(f"dropped {len(places)} ({self.fraction(reason):.1%}), {reason}: {shown}")
        return "\n".join(lines)


class QAExamples(list[QAExample]):
    """A list of `QAExample` with the `report` of their file."""

    def __init__(self, examples: Iterable[QAExample] = (), report: QAReport | None = None):
        super().__init__(examples)
        self.report = report or QAReport(read=len(self), kept=len(self))


def read_qa(
    path: str | PathLike,
    *,
    encoding: str | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    max_answer_length: int | None = None,
    unanswerable: bool = False,
) -> QAExamples:
    """Reads question-answer pairs; the format is recognized by content.

    Formats: SQuAD json (versions 1 and 2, CMRC 2018, DRCD), rows of SQuAD as the Hugging Face hub has them, WebQA /
    SogouQA json, FairytaleQA rows, and `{"passage", "question", "answer"}` with optional `id` and `start`. All but the
    first come as a json list or as one object per line. The training answer is the first gold answer that the passage
    contains (`locate_answer`, at or near its start), in the passage's wording. If it contains none, it is the first
    gold answer, with `start=None`.

    Args:
        path: The file, plain or compressed.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first invalid record, or `"skip"` it and list it in the report.
        max_answer_length: Drops longer answers. In words; a Chinese character or a punctuation mark counts as one.
        unanswerable: Whether to keep the unanswerable questions of SQuAD 2, with `answer=""` and no `answers`.

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
    for row in _rows(str(path), encoding):
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


def _rows(path: str, encoding: str | None) -> Iterator[QARow | InvalidRecordError]:
    """Yields every pair of a file with its full place; an invalid record, or part of one, is yielded as its error."""
    for place, record in _records(path, encoding):
        if isinstance(record, InvalidRecordError):
            yield record
            continue
        qa_format = next((qa_format for qa_format in FORMATS if qa_format.matches(record)), None)
        if qa_format is None:
            yield InvalidRecordError(place, _EXPECTED, received=describe(record))
            continue
        for row in qa_format.rows(record):
            full_place = f"{place}, {row.place}" if row.place else place
            if isinstance(row, InvalidRecordError):
                yield InvalidRecordError(full_place, row.expected, received=row.received)
            else:
                yield row._replace(place=full_place)


def _records(path: str, encoding: str | None) -> Iterator[tuple[str, Any]]:
    """Yields the json values of a file with their places: the items of a list, one object, or one per line."""
    with open_text(path, encoding) as file:
        all_lines = numbered_lines(file, path, encoding=encoding, max_characters=MAX_DOCUMENT)
        lines = ((number, line) for number, line in all_lines if line.strip())
        first = next(lines, None)
        if first is None:
            raise InvalidRecordError(path, _EXPECTED, received="an empty file")
        if isinstance(_json_line(*first, path, encoding=encoding), dict) and (second := next(lines, None)):
            for number, line in itertools.chain([first, second], lines):
                yield f"{path}, line {number}", _json_line(number, line, path, encoding=encoding)
            return
        parts, size = [], 0
        for number, line in itertools.chain([first], lines):
            check_decoded(line, f"{path}, line {number}", encoding=encoding)
            parts.append(line)
            size += len(line)
            if size > MAX_DOCUMENT:
                expected = f"json of at most {MAX_DOCUMENT} characters, or one record per line"
                raise InvalidRecordError(path, expected, received="more")
    document = parse_json("".join(parts), path, expected=_EXPECTED)
    if isinstance(document, list):
        yield from ((f"{path}, record {index}", record) for index, record in enumerate(document, 1))
    else:
        yield path, document


def _json_line(number: int, line: str, path: str, *, encoding: str | None) -> Any:
    """Returns the json value of a line, or its error if there is none."""
    place = f"{path}, line {number}"
    try:
        check_decoded(line, place, encoding=encoding)
        return parse_json(line, place, expected="a json object")
    except InvalidRecordError as error:
        return error


def _example(row: QARow, report: QAReport, *, max_answer_length: int | None, unanswerable: bool) -> QAExample | None:
    """Returns the example of a row, or None if the row is dropped; counts in the report."""
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
    report.without_span += span is None
    report.moved_start += span is not None and _is_moved(first, span[0])
    others = (other.text for other in answers)
    return QAExample(passage, question, answer, span and span[0], identifier, (answer, *others))


def _is_moved(answer: GoldAnswer, start: int) -> bool:
    """Returns whether the file gives a start and the answer, without leading whitespace, was found elsewhere."""
    leading = len(answer.text) - len(answer.text.lstrip())
    return answer.start is not None and answer.start + leading != start


def _is_impossible(row: QARow) -> bool:
    if row.is_impossible not in (None, True, False):
        expected = "a field 'is_impossible' with true or false"
        raise InvalidRecordError(row.place, expected, received=describe(row.is_impossible))
    return row.is_impossible is True
