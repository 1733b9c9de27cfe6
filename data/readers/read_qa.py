"""What reading a file of question-answer pairs came to."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, Literal

from ..examples import QAExample
from ..qa.locate_answer import locate_answer
from .invalid_record_error import InvalidRecordError
from .qa_formats import FORMATS
from .qa_formats.qa_row import IMPOSSIBLE, QARow
from .text_file import UNREADABLE, check_characters, check_decoded, open_text

_PLACES_SHOWN = 3


@dataclass
class QAReport:
    """Counts of a reading; `print(report)` shows them.

    Args:
        read: Pairs in the file.
        kept: Pairs that came out as examples.
        dropped: Reason -> the places (file and line or record) of the pairs left out for it.
        without_span: Kept pairs whose answer is not in the passage (`start` is None): they train the question only.
        moved_start: Kept pairs whose given start was wrong and now is the answer's nearest occurrence.
    """

    read: int = 0
    kept: int = 0
    dropped: dict[str, list[str]] = field(default_factory=dict)
    without_span: int = 0
    moved_start: int = 0

    def drop(self, reason: str, place: str) -> None:
        self.dropped.setdefault(reason, []).append(place)

    def count(self, reason: str) -> int:
        """How many pairs were dropped for a reason."""
        return len(self.dropped.get(reason, ()))

    def share(self, reason: str) -> float:
        """The share of all pairs read that were dropped for a reason."""
        return self.count(reason) / max(1, self.read)

    def __str__(self) -> str:
        lines = [
            f"read {self.read} pairs, kept {self.kept}; {self.without_span} of them without a span in the passage, "
            f"{self.moved_start} with a corrected start"
        ]
        for reason, places in self.dropped.items():
            shown = "; ".join(places[:_PLACES_SHOWN]) + ("; ..." if len(places) > _PLACES_SHOWN else "")
            lines.append(f"dropped {len(places)} ({self.share(reason):.1%}), {reason}: {shown}")
        return "\n".join(lines)


class QAExamples(list[QAExample]):
    """A list of `QAExample` that carries the `report` of its reading."""

    def __init__(self, examples: Iterable[QAExample] = (), report: QAReport | None = None):
        super().__init__(examples)
        self.report = report or QAReport(read=len(self), kept=len(self))


_UNITS = re.compile(r"[\u2e80-\ua4cf\uf900-\ufaff]|[^\W\u2e80-\ua4cf\uf900-\ufaff]+|[^\w\s]")
_EXPECTED = (
    "SQuAD json, a list of WebQA or FairytaleQA records, or lines of {passage, question, answer}"  # what read_qa reads
)


def read_qa(
    path: str | PathLike,
    encoding: str | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    max_answer_length: int | None = None,
    unanswerable: bool = False,
) -> QAExamples:
    """Reads question-answer pairs; the format is recognised by content.

    SQuAD json (versions 1 and 2, CMRC 2018, DRCD), WebQA / SogouQA json, FairytaleQA rows, and
    `{"passage", "question", "answer"}` with optional `id` and `start`; the latter three as a json list or one object a
    line. Of several gold answers the first that the passage holds (`locate_answer`) is the training answer, in the
    passage's own wording; where it holds none, the first, with `start=None`.

    Args:
        path: The file, plain or gzip.
        encoding: The file's encoding; None stands for UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first bad record, or `"skip"` it; the report lists it.
        max_answer_length: Drops longer answers; in words, a Chinese character or a punctuation mark counts as one.
        unanswerable: Keep the questions without an answer of SQuAD version 2, with `answer=""` and no `answers`.

    Returns:
        The examples; their `report` counts what was read, dropped and corrected.

    Raises:
        InvalidRecordError: The file is of no known format, or a record is broken.

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
    if on_error not in ("raise", "skip"):
        raise ValueError(f"Expected on_error 'raise' or 'skip'. Received: {on_error!r}.")
    report = QAReport()
    examples = QAExamples(report=report)
    for row in _rows(str(path), encoding):
        report.read += 1
        try:
            if isinstance(row, InvalidRecordError):
                raise row
            example = _example(row, report, max_answer_length, unanswerable)
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
    """Every pair of the file with its full place; a record that cannot be split into pairs comes as its error."""
    for place, record in _records(path, encoding):
        if isinstance(record, InvalidRecordError):
            yield record
            continue
        form = next((form for form in FORMATS if form.matches(record)), None)
        if form is None:
            yield InvalidRecordError(place, _EXPECTED, _describe(record))
            continue
        try:
            for row in form.rows(record):
                yield row._replace(place=f"{place}, {row.place}" if row.place else place)
        except InvalidRecordError as error:
            yield InvalidRecordError(", ".join(filter(None, [place, error.place])), error.expected, error.received)


def _records(path: str, encoding: str | None) -> Iterator[tuple[str, Any]]:
    """The json values of a file: those of one list, one object, or one a line."""
    try:
        with open_text(path, encoding) as file:
            text = file.read()
    except InvalidRecordError:
        raise
    except (UnicodeError, *UNREADABLE) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise InvalidRecordError(path, f"a whole file in {encoding or 'UTF-8'}", str(error)) from None
    if not text.strip():
        raise InvalidRecordError(path, _EXPECTED, "an empty file")
    lines = text.split("\n")
    if len([line for line in lines if line.strip()]) > 1 and _is_object(lines[0]):
        yield from _json_lines(lines, path, encoding)
        return
    for number, line in enumerate(lines, 1):
        check_decoded(line, f"{path}, line {number}", encoding)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InvalidRecordError(path + line, _EXPECTED, f"no json ({error})") from None
    if isinstance(document, list):
        yield from ((f"{path}, record {index}", record) for index, record in enumerate(document, 1))
    else:
        yield path, document


def _json_lines(lines: list[str], path: str, encoding: str | None) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            check_decoded(line, place, encoding)
            yield place, json.loads(line)
        except InvalidRecordError as error:
            yield place, error
        except (ValueError, RecursionError) as error:
            yield place, InvalidRecordError(place, "a json object", f"{line[:60]!r} ({error})")


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _describe(record: Any) -> str:
    if isinstance(record, dict):
        return "an object with " + (", ".join(map(repr, list(record)[:8])) or "no field")
    return f"{type(record).__name__} {str(record)[:60]!r}"


def _example(row: QARow, report: QAReport, max_answer_length: int | None, unanswerable: bool) -> QAExample | None:
    impossible = unanswerable and row.dropped == IMPOSSIBLE
    if row.dropped is not None and not impossible:
        report.drop(row.dropped, row.place)
        return None
    passage, question = (_text(getattr(row, field), field, row.place) for field in ("passage", "question"))
    if impossible and passage.strip() and question.strip():
        return QAExample(passage, question, "", None, None if row.id is None else str(row.id))
    if not isinstance(row.answers, list):
        raise InvalidRecordError(row.place, "an answer", "none" if row.answers is None else _describe(row.answers))
    for answer in row.answers:
        if not isinstance(answer, str):
            raise InvalidRecordError(row.place, "an answer that is a string", _describe(answer))
        check_characters(answer, row.place)
    start = row.start
    if start is not None and (isinstance(start, bool) or not isinstance(start, int)):
        raise InvalidRecordError(row.place, "a start that is a whole number", _describe(start))
    answers = [answer for answer in row.answers if answer.strip()]
    empty = [
        name
        for name, text in [("passage", passage.strip()), ("question", question.strip()), ("answer", answers)]
        if not text
    ]
    if empty:
        report.drop(f"empty {empty[0]}", row.place)
        return None
    spans = [locate_answer(passage, answer.strip()) for answer in answers]
    if start is not None:
        start += len(answers[0]) - len(answers[0].lstrip())
        spans[0] = locate_answer(passage, answers[0].strip(), near=start)
    chosen = next((index for index, span in enumerate(spans) if span is not None), 0)
    answer, span = answers.pop(chosen).strip(), spans[chosen]
    if span is not None:
        answer = passage[span[0] : span[1]]
    if max_answer_length is not None and len(_UNITS.findall(answer)) > max_answer_length:
        report.drop(f"answer longer than {max_answer_length}", row.place)
        return None
    report.without_span += span is None
    report.moved_start += start is not None and span is not None and span[0] != start
    identifier = None if row.id is None else str(row.id)
    return QAExample(passage, question, answer, span and span[0], identifier, (answer, *answers))


def _text(value: Any, field: str, place: str) -> str:
    if value is None:
        raise InvalidRecordError(place, f"a field {field!r}", "none")
    if not isinstance(value, str):
        raise InvalidRecordError(place, f"a {field} that is a string", _describe(value))
    check_characters(value, place)
    return value
