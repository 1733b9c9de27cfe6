"""Cells of a table of pairs as the values that they were written from."""

import ast
import json
import re
from typing import Any

_NUMPY = re.compile(r"array\((\[.*?\])(?:,\s*dtype=\w+)?\)", re.DOTALL)
_NUMBER = re.compile(r"-?\d{1,9}(\.0)?")
_MAX_CELL = 2**16  # characters of a cell that is parsed


def typed_row(record: dict[str, str]) -> dict[str, Any]:
    """Returns a row with numbers for starts and a list or an object for `answers`; an empty cell is None.

    The cell of `answers` is json, a list or dictionary as Python or NumPy prints it, or the one answer.

    Example:

    >>> typed_row({"answers": "{'text': array(['北京'], dtype=object), 'answer_start': array([7])}"})
    {'answers': {'text': ['北京'], 'answer_start': [7]}}
    """
    row: dict[str, Any] = {}
    for name, cell in record.items():
        column = name.strip().lower()
        if column in ("start", "answer_start") and _NUMBER.fullmatch(cell.strip()):
            row[column] = int(float(cell))
        elif column == "answers":
            row[column] = [cell] if (value := parse_cell(cell)) is None else value
        elif column in ("start", "answer_start", "is_impossible", "id"):
            row[column] = cell if cell.strip() else None
        else:
            row[name] = cell
    return row


def parse_cell(cell: str) -> Any:
    """Returns the list or object of a cell, None if it holds none."""
    text = cell.strip()
    if len(text) > _MAX_CELL or (text[:1], text[-1:]) not in (("[", "]"), ("{", "}")):
        return None
    for parse in (json.loads, lambda text: ast.literal_eval(_NUMPY.sub(r"\1", text))):
        try:
            return parse(text)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return None
