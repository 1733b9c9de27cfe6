"""Question-answer pairs from the public file formats."""

import json
import re
from collections.abc import Iterator
from os import PathLike
from typing import Any, Literal

from .bad_record import BadRecord
from .find_answer import find_answer
from .qa_example import QAExample
from .qa_formats import FORMATS, IMPOSSIBLE, QARow
from .qa_report import QAExamples, QAReport
from .text_file import UNREADABLE, check_characters, check_decoded, open_text

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
    line. Of several gold answers the first that the passage holds (`find_answer`) is the training answer, in the
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
        BadRecord: The file is of no known format, or a record is broken.

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
            if isinstance(row, BadRecord):
                raise row
            example = _example(row, report, max_answer_length, unanswerable)
        except BadRecord as error:
            if on_error == "raise":
                raise error from None
            report.drop(f"expected {error.expected}", f"{error.place}: {error.received}")
            continue
        if example is not None:
            examples.append(example)
    report.kept = len(examples)
    return examples


def _rows(path: str, encoding: str | None) -> Iterator[QARow | BadRecord]:
    """Every pair of the file with its full place; a record that cannot be split into pairs comes as its error."""
    for place, record in _records(path, encoding):
        if isinstance(record, BadRecord):
            yield record
            continue
        form = next((form for form in FORMATS if form.matches(record)), None)
        if form is None:
            yield BadRecord(place, _EXPECTED, _describe(record))
            continue
        try:
            for row in form.rows(record):
                yield row._replace(place=f"{place}, {row.place}" if row.place else place)
        except BadRecord as error:
            yield BadRecord(", ".join(filter(None, [place, error.place])), error.expected, error.received)


def _records(path: str, encoding: str | None) -> Iterator[tuple[str, Any]]:
    """The json values of a file: those of one list, one object, or one a line."""
    try:
        with open_text(path, encoding) as file:
            text = file.read()
    except BadRecord:
        raise
    except (UnicodeError, *UNREADABLE) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise BadRecord(path, f"a whole file in {encoding or 'UTF-8'}", str(error)) from None
    if not text.strip():
        raise BadRecord(path, _EXPECTED, "an empty file")
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
        raise BadRecord(path + line, _EXPECTED, f"no json ({error})") from None
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
        except BadRecord as error:
            yield place, error
        except (ValueError, RecursionError) as error:
            yield place, BadRecord(place, "a json object", f"{line[:60]!r} ({error})")


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
        raise BadRecord(row.place, "an answer", "none" if row.answers is None else _describe(row.answers))
    for answer in row.answers:
        if not isinstance(answer, str):
            raise BadRecord(row.place, "an answer that is a string", _describe(answer))
        check_characters(answer, row.place)
    start = row.start
    if start is not None and (isinstance(start, bool) or not isinstance(start, int)):
        raise BadRecord(row.place, "a start that is a whole number", _describe(start))
    answers = [answer for answer in row.answers if answer.strip()]
    empty = [
        name
        for name, text in [("passage", passage.strip()), ("question", question.strip()), ("answer", answers)]
        if not text
    ]
    if empty:
        report.drop(f"empty {empty[0]}", row.place)
        return None
    spans = [find_answer(passage, answer.strip()) for answer in answers]
    if start is not None:
        start += len(answers[0]) - len(answers[0].lstrip())
        spans[0] = find_answer(passage, answers[0].strip(), near=start)
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
        raise BadRecord(place, f"a field {field!r}", "none")
    if not isinstance(value, str):
        raise BadRecord(place, f"a {field} that is a string", _describe(value))
    check_characters(value, place)
    return value
