"""Rows of csv files that a spreadsheet shows as they are: no cell is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""First character of a csv file, by which Excel knows that it is UTF-8."""

csv.field_size_limit(2**24)  # characters of a cell; an article may be longer than the 131072 of the module

_FORMULA = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")


def csv_row(cells: Sequence[Any]) -> str:
    """Returns a line of a csv file, with its line end.

    A string that a spreadsheet would compute, one that begins with `=`, `+`, `-`, `@`, a tab or a line end, is written
    after an apostrophe. `csv_rows` removes it again.

    Args:
        cells: Strings, numbers and None.

    Example:

    >>> csv_row(["=1+1", "首都, 北京", -0.5])
    '\\'=1+1,"首都, 北京",-0.5\\r\\n'

    Reference:
        https://owasp.org/www-community/attacks/CSV_Injection
    """
    line = io.StringIO()
    csv.writer(line).writerow(
        [f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell for cell in cells]
    )
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
            yield [cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell for cell in row]
    except csv.Error as error:
        raise ValueError(f"text that is no csv ({error})") from None
