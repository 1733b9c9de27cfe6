"""Reads labelled texts from tsv, csv, json, Parquet and lines of fastText."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from ..check_types import check_types
from ..csv_cells import tsv_cells
from ..examples import MultiLabelExample
from ..files import is_pipe
from .file_records import read_records
from .invalid_record_error import InvalidRecordError, check_on_error, summarize_rejected
from .label_table import LABELS, TEXT, label_names, table_examples
from .parquet_records import is_parquet
from .record_fields import check_id, check_object, find_field, text_field
from .record_lines import RecordLine, json_object, read_lines
from .text_file import begins_json, check_characters, file_suffix, first_line, shortened

_COLUMNS = "text, tab, labels separated by commas (may be empty), and at most an id"
_FASTTEXT = "__label__"
_RECORDS = "texts with labels: tsv, csv, Parquet, json or jsonl"
_JSON = 'a json object {"text": ..., "labels": [...]}'

_Placed = tuple[str, MultiLabelExample | InvalidRecordError]


@dataclass
class MultiLabelReport:
    """Counts of what was read from a file; `print(report)` shows them.

    Args:
        read: Number of texts in the file.
        kept: Number of texts that became examples.
        without_label: Number of kept texts without a label.
        labels: Number of kept texts per label.
        rejected: The errors of invalid records, which were skipped.
    """

    read: int = 0
    kept: int = 0
    without_label: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    rejected: list[InvalidRecordError] = field(default_factory=list)

    def __str__(self) -> str:
        counts = (
            f"read {self.read} texts, kept {self.kept}; {self.without_label} of them without a label, "
            f"{len(self.labels)} labels"
        )
        return "\n".join([counts, *summarize_rejected(self.rejected)])


class MultiLabelExamples(list[MultiLabelExample]):
    """A list of `MultiLabelExample` with the `report` of their file."""

    def __init__(self, examples: Iterable[MultiLabelExample] = (), report: MultiLabelReport | None = None):
        super().__init__(examples)
        self.report = report or MultiLabelReport(read=len(self), kept=len(self))


@check_types
def read_multilabel(
    path: str | PathLike,
    *,
    encoding: str | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    labels: Collection[str] | None = None,
) -> MultiLabelExamples:
    """Reads texts and their labels, one record per line.

    tsv lines are `text<tab>label,label`, with an id in an optional third column; the second column may be empty, but
    the tab is required. json records are `{"text": ..., "labels": [...]}` with an optional `id`, one per line or in a
    list; the text may be `sentence`, `content`, `comment_text` or a similar name, the labels `label`, one or several.
    csv and Parquet have such columns, or a column of 0 and 1 per label; tsv may. fastText's lines are
    `__label__name ... text`. Suffix and first line determine the format. Blank lines are skipped. A repeated label
    counts once.

    Args:
        path: The file, plain or compressed.
        encoding: The encoding. None: UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first invalid record, or `"skip"` it and list it in the report.
        labels: Names of the known labels, such as those of a trained model; any other is an error. None: any name.

    Returns:
        The examples. Their `report` counts the texts read, kept, without a label and rejected.

    Raises:
        InvalidRecordError: A line in another format, an empty text, an unknown label, or a file without texts.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("train.tsv").write_text("多谢！\\tgratitude\\n今天周一。\\t\\n", encoding="utf-8")
        >>> examples = read_multilabel("train.tsv")
        >>> [example.labels for example in examples]
        [('gratitude',), ()]
        >>> print(examples.report)
        read 2 texts, kept 2; 1 of them without a label, 1 labels
    """
    check_on_error(on_error)
    report = MultiLabelReport()
    examples = MultiLabelExamples(report=report)
    for place, record in _read_file(Path(path), encoding):
        report.read += 1
        if isinstance(record, MultiLabelExample):
            record = _checked(record, place, labels)
        if isinstance(record, MultiLabelExample):
            examples.append(record)
            report.without_label += not record.labels
            report.labels.update(record.labels)
        elif on_error == "raise":
            raise record
        else:
            report.rejected.append(record)
    if not report.read:
        raise InvalidRecordError(str(path), "one text and its labels per line", received="no text at all")
    report.kept = len(examples)
    return examples


def _read_file(path: Path, encoding: str | None) -> Iterator[_Placed]:
    """Yields the examples of lines of text and labels, or of records, by the suffix and the first line."""
    if is_pipe(path):  # it can be read only once
        yield from _read_lines(path, encoding)
        return
    suffix = file_suffix(str(path))
    first = "" if is_parquet(path) else first_line(path, encoding)
    is_table = suffix in (".csv", ".parquet") or (suffix == ".tsv" and _names_columns(first))
    if is_table:
        yield from table_examples(read_records(path, expected=_RECORDS, encoding=encoding))
    elif suffix in (".json", ".jsonl") or (suffix != ".tsv" and begins_json(first)):
        for place, record in read_records(path, expected=_RECORDS, encoding=encoding):
            try:
                yield place, record if isinstance(record, InvalidRecordError) else _from_record(record, place)
            except InvalidRecordError as error:
                yield place, error
    else:
        yield from _read_lines(path, encoding, is_jsonl=False)


def _read_lines(path: Path, encoding: str | None, *, is_jsonl: bool | None = None) -> Iterator[_Placed]:
    for result in read_lines(path, _from_line, encoding=encoding, is_jsonl=is_jsonl):
        yield (result.place, result) if isinstance(result, InvalidRecordError) else result


def _names_columns(line: str) -> bool:
    names = dict.fromkeys(name.strip() for name in line.split("\t"))
    text = find_field(names, TEXT)
    return text is not None and (len(names) > 3 or find_field(dict.fromkeys(names.keys() - {text}), LABELS) is not None)


def _checked(
    example: MultiLabelExample, place: str, known_labels: Collection[str] | None
) -> MultiLabelExample | InvalidRecordError:
    try:
        for text in (example.text, *example.labels):
            check_characters(text, place)
    except InvalidRecordError as error:
        return error
    if not example.text.strip():
        return InvalidRecordError(place, "a text", received="an empty one")
    unknown = [label for label in example.labels if known_labels is not None and label not in known_labels]
    if known_labels is not None and unknown:
        expected = f"labels of the {len(known_labels)} that the model was trained on"
        return InvalidRecordError(place, expected, received=repr(unknown[0]))
    return example


def _from_line(line: RecordLine) -> tuple[str, MultiLabelExample]:
    if line.is_jsonl:
        return line.place, _from_record(json_object(line, _JSON), line.place)
    if line.text.startswith(_FASTTEXT):
        words = line.text.split()
        count = next((index for index, word in enumerate(words) if not word.startswith(_FASTTEXT)), len(words))
        labels = dict.fromkeys(word.removeprefix(_FASTTEXT) for word in words[:count])
        return line.place, MultiLabelExample(" ".join(words[count:]), tuple(labels))
    columns = tsv_cells(line.text)
    if len(columns) not in (2, 3):
        received = f"{len(columns)} columns, {shortened(line.text)}"
        raise InvalidRecordError(line.place, _COLUMNS, received=received)
    names = [name.strip() for name in columns[1].split(",")]
    identifier = columns[2].strip() if len(columns) == 3 else ""
    return line.place, MultiLabelExample(columns[0], tuple(dict.fromkeys(filter(None, names))), identifier or None)


def _from_record(value: Any, place: str) -> MultiLabelExample:
    record = check_object(value, place, expected=_JSON)
    text = text_field(record, find_field(record, TEXT) or "text", place=place)
    field = find_field(record, LABELS) or "labels"
    labels = record.get(field)
    if field.lower() != "labels" and isinstance(labels, str | int):  # the one label of a text
        labels = [labels]
    names = label_names(labels, place, field=field)
    return MultiLabelExample(text, tuple(dict.fromkeys(names)), check_id(record.get("id"), place))
