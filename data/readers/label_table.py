"""Labelled texts of tables: a column of label names, or one column of 0 and 1 per label."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..examples import MultiLabelExample
from .invalid_record_error import InvalidRecordError
from .qa_formats.table_row import parse_cell
from .record_fields import check_id, check_object, check_text, describe, find_field, show_record

TEXT = (
    *("text", "sentence", "content", "comment_text", "comment", "tweet", "review", "abstract", "document", "fact"),
    *("body", "utterance", "question", "title", "文本", "内容", "句子", "评论", "正文", "标题"),
)
LABELS = ("labels", "label", "tags", "categories", "emotions", "label_names", "category", "tag", "标签", "类别")
_ID = ("id", "", "index", "unnamed: 0", "text_id", "tweet_id", "编号")
_EXPECTED = "a column of texts, and one of label names or a column of 0 and 1 per label"
_NAME = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^\s'\"]+)")
_BITS = {"0": False, "1": True, "0.0": False, "1.0": True}
_BOOLS = {"false": False, "true": True}


def table_examples(
    records: Iterable[tuple[str, Any]],
) -> Iterator[tuple[str, MultiLabelExample | InvalidRecordError]]:
    """Yields the example of each row with its place; an invalid row is yielded as its error.

    Columns of which every cell is 0 or 1 are labels. If there is none, those of which every cell is true or false are.
    Where a cell of a column is another and most are 0 or 1, its row is invalid.
    """
    rows = list(records)
    first = next((row for _, row in rows if isinstance(row, dict)), {})
    text = find_field(first, TEXT)
    if first and text is None:
        raise InvalidRecordError(rows[0][0], _EXPECTED, received=show_record(first))
    identifier = find_field({name: None for name in first if name != text}, _ID)
    names = find_field({name: None for name in first if name != text}, LABELS)
    columns: list[str] = []
    values = _BITS
    if names is None and first:
        given = [row for _, row in rows if isinstance(row, dict)]
        others = [name for name in first if name not in (text, identifier)]
        values = _BITS if _columns(given, others, _BITS) else _BOOLS
        columns = _columns(given, others, values)
        if not columns:
            raise InvalidRecordError(rows[0][0], _EXPECTED, received=show_record(first))
    for place, row in rows:
        try:
            if isinstance(row, InvalidRecordError):
                raise row
            row = check_object(row, place, expected=_EXPECTED)
            content = check_text(row.get(text or ""), place, expected="a text")
            if names is None:
                bad = next((name for name in columns if _cell(row, name) not in values), None)
                if bad is not None:
                    expected = f"{' or '.join(list(values)[:2])} in the column {bad!r}"
                    raise InvalidRecordError(place, expected, received=describe(row.get(bad)))
                labels = [name for name in columns if values[_cell(row, name)]]
            else:
                labels = label_names(_split(row[names]), place, field=names)
            number = None if identifier is None else row.get(identifier)
            row_id = None if number in (None, "") else check_id(number, place)
            yield place, MultiLabelExample(content, tuple(dict.fromkeys(labels)), row_id)
        except InvalidRecordError as error:
            yield place, error


def label_names(value: Any, place: str, *, field: str) -> list[str]:
    """Returns the names in a list of strings or whole numbers.

    Raises:
        InvalidRecordError: The value is no such list, or a name is empty.
    """
    expected = f"a field {field!r} with a list of names"
    if not isinstance(value, list):
        raise InvalidRecordError(place, expected, received=describe(value))
    names = []
    for item in value:
        is_number = isinstance(item, int) and not isinstance(item, bool)
        name = str(item) if is_number else check_text(item, place, expected=expected)
        if not name.strip():
            raise InvalidRecordError(place, expected, received="an empty name")
        names.append(name)
    return names


def _columns(rows: list[dict[str, Any]], names: list[str], values: dict[str, bool]) -> list[str]:
    """Returns the columns of which most cells are values of labels."""
    return [name for name in names if 2 * sum(_cell(row, name) in values for row in rows) > len(rows)]


def _cell(row: dict[str, Any], name: str) -> str:
    return str(row.get(name)).strip().lower()


def _split(value: Any) -> Any:
    """Returns the names in a cell: json, a list as Python or NumPy prints it, or names with separators."""
    if not isinstance(value, str):
        return value if value is None or isinstance(value, list) else [value]
    text = value.strip()
    if text.startswith("[") and text.endswith("]") and "," not in text:
        return ["".join(match) for match in _NAME.findall(text[1:-1])]
    if (parsed := parse_cell(text)) is not None:
        return parsed
    separator = next((mark for mark in ",;|" if mark in text), ",")
    return [name.strip() for name in text.split(separator) if name.strip()]
