"""Reads labelled texts from tsv and jsonl."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from os import PathLike
from typing import Literal

from ..examples import MultiLabelExample
from .invalid_record_error import InvalidRecordError, check_on_error, summarize_rejected
from .record_fields import check_id, check_texts, text_field
from .record_lines import RecordLine, json_object, read_lines, two_columns
from .text_file import check_characters, file_suffix

_COLUMNS = "text, tab, labels separated by commas (may be empty)"
_JSON = 'a json object {"text": ..., "labels": [...]}'


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


def read_multilabel(
    path: str | PathLike,
    *,
    encoding: str | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    labels: Collection[str] | None = None,
) -> MultiLabelExamples:
    """Reads texts and their labels, one record per line.

    tsv lines are `text<tab>label,label`; the second column may be empty, but the tab is required. jsonl lines are
    `{"text": ..., "labels": [...]}` with an optional `id`. The suffix `.tsv` or `.jsonl` determines the format, else
    the first line does. Blank lines are skipped. A repeated label counts once.

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
    is_jsonl = {".jsonl": True, ".tsv": False}.get(file_suffix(str(path)))
    for record in read_lines(path, lambda line: _example(line, labels), encoding=encoding, is_jsonl=is_jsonl):
        report.read += 1
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


def _example(line: RecordLine, known_labels: Collection[str] | None) -> MultiLabelExample:
    example = _from_json(line) if line.is_jsonl else _from_columns(line)
    for text in (example.text, *example.labels):
        check_characters(text, line.place)
    if not example.text.strip():
        raise InvalidRecordError(line.place, "a text", received="an empty one")
    if known_labels is not None:
        unknown = [label for label in example.labels if label not in known_labels]
        if unknown:
            expected = f"labels of the {len(known_labels)} that the model was trained on"
            raise InvalidRecordError(line.place, expected, received=repr(unknown[0]))
    return example


def _from_columns(line: RecordLine) -> MultiLabelExample:
    text, labels = two_columns(line, _COLUMNS)
    names = [name.strip() for name in labels.split(",")]
    return MultiLabelExample(text, tuple(dict.fromkeys(filter(None, names))))


def _from_json(line: RecordLine) -> MultiLabelExample:
    record = json_object(line, _JSON)
    text = text_field(record, "text", place=line.place)
    expected = "a field 'labels' with a list of names"
    labels = check_texts(record.get("labels"), line.place, expected=expected)
    if not all(map(str.strip, labels)):
        raise InvalidRecordError(line.place, expected, received="an empty name")
    return MultiLabelExample(text, tuple(dict.fromkeys(labels)), check_id(record.get("id"), line.place))
