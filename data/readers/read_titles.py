"""What reading a file of titles came to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Literal

from ..examples import TitleExample
from .invalid_record_error import InvalidRecordError
from .json_lines import json_object
from .text_file import check_characters, check_decoded, file_suffix, numbered_lines, open_text, shortened

_PLACES_SHOWN = 3


@dataclass
class TitleReport:
    """Counts of a reading; `print(report)` shows them.

    Args:
        read: Records in the file, or files in the folder.
        kept: Records that came out as examples.
        without_overlap: Kept titles that have no character of their article: they may stand beside another's.
        rejected: The bad records that were left out.
    """

    read: int = 0
    kept: int = 0
    without_overlap: int = 0
    rejected: list[InvalidRecordError] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"read {self.read} titles, kept {self.kept}; {self.without_overlap} of them without a character of their "
            "article"
        ]
        if self.rejected:
            shown = [str(error) for error in self.rejected[:_PLACES_SHOWN]]
            more = len(self.rejected) - len(shown)
            lines += [f"rejected {len(self.rejected)}:", *shown, *([f"and {more} more"] if more else [])]
        return "\n".join(lines)


class TitleExamples(list[TitleExample]):
    """A list of `TitleExample` that carries the `report` of its reading."""

    def __init__(self, examples: Iterable[TitleExample] = (), report: TitleReport | None = None):
        super().__init__(examples)
        self.report = report or TitleReport(read=len(self), kept=len(self))


_COLUMNS = "title, tab, text"
_OBJECT = 'a json object {"title": ..., "text": ...}'
_FILE = "a first line that is the title, and the article after it"


def read_titles(
    path: str | PathLike, encoding: str | None = None, on_error: Literal["raise", "skip"] = "raise"
) -> TitleExamples:
    """Reads articles and their titles: a record a line, or a file each.

    tsv holds `title<tab>text`, exactly one tab. jsonl holds `{"title": ..., "text": ...}` with an optional `id`. `.tsv`
    and `.jsonl` say which it is; else the first line does. Of a folder all `.txt` files below it are read in the order
    of their paths, each a title in the first line that is not blank and the article in the rest; their ids are their
    paths in the folder.

    Args:
        path: The file, plain or gzip, or the folder.
        encoding: The encoding; None stands for UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first bad record, or `"skip"` it; the report lists it.

    Returns:
        The examples; their `report` counts what was read and rejected.

    Raises:
        InvalidRecordError: A line or a file of another form, an empty title or text, or no record at all.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("train.tsv").write_text("小李讲课\\t小李在图书馆讲课。\\n", encoding="utf-8")
        >>> examples = read_titles("train.tsv")
        >>> examples[0].title, examples[0].text
        ('小李讲课', '小李在图书馆讲课。')
        >>> print(examples.report)
        read 1 titles, kept 1; 0 of them without a character of their article
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"Expected on_error 'raise' or 'skip'. Received: {on_error!r}.")
    name = str(path)
    report = TitleReport()
    examples = TitleExamples(report=report)
    for record in _of_folder(Path(path), encoding) if Path(path).is_dir() else _of_lines(name, encoding):
        report.read += 1
        if isinstance(record, TitleExample):
            examples.append(record)
            report.without_overlap += not set(record.title.lower()).intersection(record.text.lower())
        elif on_error == "raise":
            raise record
        else:
            report.rejected.append(record)
    if not report.read:
        raise InvalidRecordError(name, "a title and its text a line, or .txt files in a folder", "no text at all")
    report.kept = len(examples)
    return examples


def _of_lines(name: str, encoding: str | None) -> Iterator[TitleExample | InvalidRecordError]:
    is_jsonl = {".jsonl": True, ".tsv": False}.get(file_suffix(name))
    with open_text(name, encoding) as lines:
        for number, line in numbered_lines(lines, name, encoding):
            if not line.strip():
                continue
            if is_jsonl is None:
                is_jsonl = line.lstrip().startswith("{")
            place = f"{name}, line {number}"
            try:
                check_decoded(line, place, encoding)
                yield _checked(_of_json(line, place) if is_jsonl else _of_columns(line, place), place)
            except InvalidRecordError as error:
                yield error


def _of_folder(folder: Path, encoding: str | None) -> Iterator[TitleExample | InvalidRecordError]:
    for file in sorted(folder.rglob("*.txt")):
        place = str(file)
        try:
            with open_text(file, encoding) as lines:
                rows = []
                for number, line in numbered_lines(lines, place, encoding):
                    check_decoded(line, f"{place}, line {number}", encoding)
                    rows.append(line)
            title, _, text = "".join(rows).strip().partition("\n")
            if not text.strip():
                raise InvalidRecordError(place, _FILE, shortened(title))
            yield _checked(TitleExample(text.strip(), title.strip(), file.relative_to(folder).as_posix()), place)
        except InvalidRecordError as error:
            yield error


def _of_columns(line: str, place: str) -> TitleExample:
    columns = line.rstrip("\r\n").split("\t")
    if len(columns) != 2:
        raise InvalidRecordError(place, _COLUMNS, f"{len(columns)} columns, {shortened(line)}")
    return TitleExample(columns[1], columns[0])


def _of_json(line: str, place: str) -> TitleExample:
    record = json_object(line, place, _OBJECT)
    if not {"title", "text"} <= set(record):
        raise InvalidRecordError(place, _OBJECT, shortened(line))
    for name in ("title", "text"):
        if not isinstance(record[name], str):
            raise InvalidRecordError(place, f"a {name} that is a string", shortened(repr(record[name])))
    identifier = None if record.get("id") is None else str(record["id"])
    return TitleExample(record["text"], record["title"], identifier)


def _checked(example: TitleExample, place: str) -> TitleExample:
    for name in ("title", "text", "id"):
        check_characters(getattr(example, name) or "", place)
    for name in ("title", "text"):
        if not getattr(example, name).strip():
            raise InvalidRecordError(place, f"a {name}", "an empty one")
    return example
