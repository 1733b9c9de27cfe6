"""Reads articles and their titles from tsv, csv, json, Parquet, LCSTS or a folder of text files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from ..check_types import check_types
from ..examples import TitleExample
from ..files import is_pipe
from .file_records import read_records
from .invalid_record_error import InvalidRecordError, check_on_error, summarize_rejected
from .parquet_records import is_parquet
from .record_fields import check_id, check_object, field_value, find_field, show_record, text_field
from .record_lines import RecordLine, json_object, read_lines, two_columns
from .tagged_records import tagged_records
from .text_file import (
    MAX_RECORD,
    begins_json,
    check_characters,
    check_decoded,
    file_suffix,
    first_line,
    numbered_lines,
    open_text,
    shortened,
)
from .text_folder import text_folder

_COLUMNS = "title, tab, text"
_JSON = 'a json object {"title": ..., "text": ...}'
# The first name that a record has decides; the article is looked for among the fields that are not the title.
_TITLE = ("title", "headline", "headlines", "contenttitle", "summary", "summarization", "highlights", "标题", "摘要")
_TEXT = (
    *(
        "text",
        "content",
        "body",
        "article",
        "abst",
        "abstract",
        "document",
        "short_text",
        "summary",
        "desc",
        "description",
    ),
    *("正文", "内容", "文章", "原文", "摘要"),
)
_ID = ("id", "news_id", "docno")
_RECORDS = (
    'articles with titles: tsv "title, tab, text"; LCSTS <doc>; json, csv or Parquet records '
    '{"title" | "summary" | ..., "text" | "content" | "abst" | "body" | ...}'
)
_FILE = "a first line that is the title, and the article after it"


@dataclass
class TitleReport:
    """Counts of what was read from a file or folder; `print(report)` shows them.

    Args:
        read: Number of records in the file, or of files in the folder.
        kept: Number of records that became examples.
        without_overlap: Number of kept titles that share no character with their article, which may be mismatched.
        rejected: The errors of invalid records, which were skipped.
    """

    read: int = 0
    kept: int = 0
    without_overlap: int = 0
    rejected: list[InvalidRecordError] = field(default_factory=list)

    def __str__(self) -> str:
        counts = (
            f"read {self.read} titles, kept {self.kept}; {self.without_overlap} of them without a character of their "
            "article"
        )
        return "\n".join([counts, *summarize_rejected(self.rejected)])


class TitleExamples(list[TitleExample]):
    """A list of `TitleExample` with the `report` of their file."""

    def __init__(self, examples: Iterable[TitleExample] = (), report: TitleReport | None = None):
        super().__init__(examples)
        self.report = report or TitleReport(read=len(self), kept=len(self))


@check_types
def read_titles(
    path: str | PathLike, *, encoding: str | None = None, on_error: Literal["raise", "skip"] = "raise"
) -> TitleExamples:
    """Reads articles and their titles, one record per line or one per file.

    tsv lines are `title<tab>text`, with exactly one tab. json records are `{"title": ..., "text": ...}` with an
    optional `id`, one per line or in a list; csv and Parquet have columns of these names, tsv may. The title may be
    `headline`, `summary`, `summarization` or `highlights`, the article `content`, `body`, `article`, `abst`,
    `abstract`, `document` or `summary`. LCSTS and Sogou news are read in their `<doc>` form. Suffix and first line
    determine the format. In a folder, all `.txt` files at any depth are read, in the order of their paths: the first
    line that is not blank is the title, the rest the article, the relative path the id.

    Args:
        path: A file, plain or compressed, or a folder.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first invalid record, or `"skip"` it and list it in the report.

    Returns:
        The examples. Their `report` counts the records read, kept and rejected.

    Raises:
        InvalidRecordError: A line or file in another format, an empty title or text, or no record.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("train.tsv").write_text("小李讲课\\t小李在图书馆讲课。\\n", encoding="utf-8")
        >>> examples = read_titles("train.tsv")
        >>> examples[0].title, examples[0].text
        ('小李讲课', '小李在图书馆讲课。')
        >>> print(examples.report)
        read 1 titles, kept 1; 0 of them without a character of their article
    """
    check_on_error(on_error)
    report = TitleReport()
    examples = TitleExamples(report=report)
    for record in (
        _read_folder(Path(path), encoding) if Path(path).is_dir() else _read_file_of_records(Path(path), encoding)
    ):
        report.read += 1
        if isinstance(record, TitleExample):
            examples.append(record)
            report.without_overlap += not set(record.title.lower()).intersection(record.text.lower())
        elif on_error == "raise":
            raise record
        else:
            report.rejected.append(record)
    if not report.read:
        expected = "one title and its text per line, or .txt files in a folder"
        raise InvalidRecordError(str(path), expected, received="no text at all")
    report.kept = len(examples)
    return examples


def _read_folder(folder: Path, encoding: str | None) -> Iterator[TitleExample | InvalidRecordError]:
    for file in text_folder(folder, (".txt",)):
        try:
            if isinstance(file, InvalidRecordError):
                raise file
            yield _read_file(file, file.relative_to(folder).as_posix(), encoding=encoding)
        except InvalidRecordError as error:
            yield error


def _read_file(file: Path, identifier: str, *, encoding: str | None) -> TitleExample:
    place = str(file)
    lines, room = [], MAX_RECORD
    with open_text(file, encoding) as stream:
        for number, line in numbered_lines(stream, place, encoding=encoding):
            check_decoded(line, f"{place}, line {number}", encoding=encoding)
            lines.append(line)
            room -= len(line)
            if room < 0:
                raise InvalidRecordError(place, f"at most {MAX_RECORD} characters", received="more")
    title, _, text = "".join(lines).strip().partition("\n")
    if not text.strip():
        raise InvalidRecordError(place, _FILE, received=shortened(title))
    return _checked(TitleExample(text.strip(), title.strip(), identifier), place)


def _read_file_of_records(path: Path, encoding: str | None) -> Iterator[TitleExample | InvalidRecordError]:
    """Yields the examples of tsv without a row of names, of LCSTS, or of records, by the suffix and the first line."""
    if is_pipe(path):  # it can be read only once
        yield from read_lines(path, _from_line, encoding=encoding)
        return
    suffix = file_suffix(str(path))
    first = "" if is_parquet(path) else first_line(path, encoding)
    if first.lstrip().startswith("<doc"):
        records = tagged_records(str(path), encoding)
    elif suffix in (".csv", ".parquet", ".json", ".jsonl") or (suffix != ".tsv" and begins_json(first)):
        records = read_records(path, expected=_RECORDS, encoding=encoding)
    elif suffix == ".tsv" and _names_columns(first):
        records = read_records(path, expected=_RECORDS, encoding=encoding)
    else:
        yield from read_lines(path, _from_columns, encoding=encoding, is_jsonl=False)
        return
    for place, record in records:
        try:
            if isinstance(record, InvalidRecordError):
                raise record
            yield _from_record(record, place)
        except InvalidRecordError as error:
            yield error


def _names_columns(line: str) -> bool:
    names = dict.fromkeys(name.strip() for name in line.split("\t"))
    text = find_field(names, _TEXT)
    return text is not None and find_field(dict.fromkeys(name for name in names if name != text), _TITLE) is not None


def _from_line(line: RecordLine) -> TitleExample:
    return _from_record(json_object(line, _JSON), line.place) if line.is_jsonl else _from_columns(line)


def _from_columns(line: RecordLine) -> TitleExample:
    title, text = two_columns(line, _COLUMNS)
    return _checked(TitleExample(text, title), line.place)


def _from_record(record: Any, place: str) -> TitleExample:
    record = check_object(record, place, expected=_JSON)
    title = find_field(record, _TITLE)
    rest = {name: value for name, value in record.items() if name != title}
    text = find_field(rest, _TEXT)
    if title is None and text is None:
        raise InvalidRecordError(place, _RECORDS, received=show_record(record))
    title, text = (
        text_field(record, name or default, place=place) for name, default in ((title, "title"), (text, "text"))
    )
    return _checked(TitleExample(text, title, check_id(field_value(record, _ID), place) or None), place)


def _checked(example: TitleExample, place: str) -> TitleExample:
    for name in ("title", "text"):
        check_characters(getattr(example, name), place)
        if not getattr(example, name).strip():
            raise InvalidRecordError(place, f"a {name}", received="an empty one")
    return example
