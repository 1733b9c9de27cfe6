"""What reading a file of labelled texts came to."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from os import PathLike
from typing import Literal

from ..examples import MultiLabelExample
from .invalid_record_error import InvalidRecordError
from .json_lines import json_object
from .text_file import check_characters, check_decoded, file_suffix, numbered_lines, open_text, shortened

_PLACES_SHOWN = 3


@dataclass
class MultiLabelReport:
    """Counts of a reading; `print(report)` shows them.

    Args:
        read: Texts in the file.
        kept: Texts that came out as examples.
        without_label: Kept texts that have no label.
        labels: Name -> how many kept texts have it.
        rejected: The bad records that were left out.
    """

    read: int = 0
    kept: int = 0
    without_label: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    rejected: list[InvalidRecordError] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"read {self.read} texts, kept {self.kept}; {self.without_label} of them without a label, "
            f"{len(self.labels)} labels"
        ]
        if self.rejected:
            shown = [str(error) for error in self.rejected[:_PLACES_SHOWN]]
            more = len(self.rejected) - len(shown)
            lines += [f"rejected {len(self.rejected)}:", *shown, *([f"and {more} more"] if more else [])]
        return "\n".join(lines)


class MultiLabelExamples(list[MultiLabelExample]):
    """A list of `MultiLabelExample` that carries the `report` of its reading."""

    def __init__(self, examples: Iterable[MultiLabelExample] = (), report: MultiLabelReport | None = None):
        super().__init__(examples)
        self.report = report or MultiLabelReport(read=len(self), kept=len(self))


_COLUMNS = "text, tab, labels (which may be none) with commas between"
_OBJECT = 'a json object {"text": ..., "labels": [...]}'


def read_multilabel(
    path: str | PathLike,
    encoding: str | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    labels: Collection[str] | None = None,
) -> MultiLabelExamples:
    """Reads texts and their labels, one record a line.

    tsv holds `text<tab>label,label`; the second column may be empty, and the tab stays. jsonl holds
    `{"text": ..., "labels": [...]}` with an optional `id`. `.tsv` and `.jsonl` say which it is; else the first line
    does. AnswerCandidate lines are passed over, a label that stands twice counts once.

    Args:
        path: The file, plain or gzip.
        encoding: The file's encoding; None stands for UTF-8, with or without a byte order mark.
        on_error: `"raise"` at the first bad record, or `"skip"` it; the report lists it.
        labels: The names that there are, such as those of a training; any other is an error. None: any name.

    Returns:
        The examples; their `report` counts what was read, without a label, and rejected.

    Raises:
        InvalidRecordError: A line of another form, an empty text, an unknown label, or a file without any text.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("train.tsv").write_text("多谢！\\tgratitude\\n今天周一。\\t\\n", encoding="utf-8")
        >>> examples = read_multilabel("train.tsv")
        >>> [example.labels for example in examples]
        [('gratitude',), ()]
        >>> print(examples.report)
        read 2 texts, kept 2; 1 of them without a label, 1 labels
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"Expected on_error 'raise' or 'skip'. Received: {on_error!r}.")
    name = str(path)
    report = MultiLabelReport()
    examples = MultiLabelExamples(report=report)
    is_jsonl = {".jsonl": True, ".tsv": False}.get(file_suffix(name))
    with open_text(path, encoding) as lines:
        for number, line in numbered_lines(lines, name, encoding):
            if not line.strip():
                continue
            if is_jsonl is None:
                is_jsonl = line.lstrip().startswith("{")
            report.read += 1
            place = f"{name}, line {number}"
            try:
                check_decoded(line, place, encoding)
                example = _of_json(line, place) if is_jsonl else _of_columns(line, place)
                _check(example, place, labels)
            except InvalidRecordError as error:
                if on_error == "raise":
                    raise error from None
                report.rejected.append(error)
                continue
            examples.append(example)
            report.without_label += not example.labels
            report.labels.update(example.labels)
    if not report.read:
        raise InvalidRecordError(name, "a text and its labels a line", "no text at all")
    report.kept = len(examples)
    return examples


def _of_columns(line: str, place: str) -> MultiLabelExample:
    columns = line.rstrip("\r\n").split("\t")
    if len(columns) != 2:
        raise InvalidRecordError(place, _COLUMNS, f"{len(columns)} columns, {shortened(line)}")
    names = [name.strip() for name in columns[1].split(",")]
    return MultiLabelExample(columns[0], tuple(dict.fromkeys(filter(None, names))))


def _of_json(line: str, place: str) -> MultiLabelExample:
    record = json_object(line, place, _OBJECT)
    if not {"text", "labels"} <= set(record):
        raise InvalidRecordError(place, _OBJECT, shortened(line))
    text, names = record["text"], record["labels"]
    if not isinstance(text, str):
        raise InvalidRecordError(place, "a text that is a string", shortened(repr(text)))
    if not isinstance(names, list) or not all(isinstance(label, str) and label.strip() for label in names):
        raise InvalidRecordError(place, "labels that are a list of names", shortened(repr(names)))
    identifier = None if record.get("id") is None else str(record["id"])
    return MultiLabelExample(text, tuple(dict.fromkeys(names)), identifier)


def _check(example: MultiLabelExample, place: str, known: Collection[str] | None) -> None:
    for text in (example.text, *example.labels, example.id or ""):
        check_characters(text, place)
    if not example.text.strip():
        raise InvalidRecordError(place, "a text", "an empty one")
    unknown = [] if known is None else [label for label in example.labels if label not in known]
    if unknown:
        raise InvalidRecordError(
            place, f"labels of the {len(known or ())} that the model was trained on", repr(unknown[0])
        )
