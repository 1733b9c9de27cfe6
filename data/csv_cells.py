"""Rows of csv and tsv files that a spreadsheet shows as they are: no cell is taken for a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""First character of a csv file, by which Excel knows that it is UTF-8."""

csv.field_size_limit(2**24)  # characters of a cell; an article may be longer than the 131072 of the module

_FORMULA = set("=+-@＝＋－＠")
_INVISIBLE = set("CMZ")  # Unicode's control and format characters, marks and spaces


def csv_row(cells: Sequence[Any]) -> str:
    """Returns a line of a csv file, with its line end.

    A string that a spreadsheet would compute is written after an apostrophe: one that begins with `=`, `+`, `-` or `@`,
    also behind characters that are not seen, or with a tab or a line end. `csv_rows` removes the apostrophe again.

    Args:
        cells: Strings, numbers and None.

    Example:

    >>> csv_row(["=1+1", "首都, 北京", -0.5])
    '\\'=1+1,"首都, 北京",-0.5\\r\\n'

    Reference:
        https://owasp.org/www-community/attacks/CSV_Injection
    """
    line = io.StringIO()
    csv.writer(line).writerow([_guard(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def csv_rows(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yields the rows of a csv file as `csv_row` was given them, numbers as strings.

    Args:
        lines: Lines with their line ends, of a file opened with `newline=""`. A byte order mark is skipped.

    Raises:
        ValueError: A line is no csv.

    Example:

    >>> list(csv_rows(["id,answer\\r\\n", csv_row(["a", "=1+1"])]))
    [['id', 'answer'], ['a', '=1+1']]
    """
    try:
        for number, row in enumerate(csv.reader(lines, strict=True)):
            if not number and row:
                row[0] = row[0].removeprefix(BYTE_ORDER_MARK)
            yield list(map(_unguard, row))
    except csv.Error as error:
        raise ValueError(f"text that is no csv ({error})") from None


def tsv_row(cells: Sequence[str]) -> str:
    """Returns a line of a tsv file, with its line end. White space is one space; formulas are as in `csv_row`.

    Example:

    >>> tsv_row(["=1+1", "首都,\\t北京"])
    "'=1+1\\t首都, 北京\\n"
    """
    return "\t".join(_guard(" ".join(cell.split())) for cell in cells) + "\n"


def tsv_cells(line: str) -> list[str]:
    """Returns the cells of a line of a tsv file, as `tsv_row` was given them.

    Example:

    >>> tsv_cells(tsv_row(["=1+1", "北京"]))
    ['=1+1', '北京']
    """
    return list(map(_unguard, line.rstrip("\r\n").split("\t")))


def _guard(cell: str) -> str:
    return f"'{cell}" if _is_formula(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    """Returns whether a spreadsheet would compute a cell, or one behind apostrophes that `_unguard` must not remove."""
    content = cell.lstrip("'")
    if content[:1] in ("\t", "\r", "\n"):
        return True
    seen = (character for character in content if unicodedata.category(character)[0] not in _INVISIBLE)
    return next(seen, None) in _FORMULA
