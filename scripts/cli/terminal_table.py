"""Tables that people read on a terminal, where a pipe or a file gets lines of JSON."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def prints_to_terminal(out: str | None = None) -> bool:
    """Returns whether a command without the output file `out` prints to a terminal."""
    return out is None and sys.stdout is not None and sys.stdout.isatty()


class TerminalTable:
    """Table as wide as the terminal, whose parts are rendered one after the other with the same columns.

    Long cells are wrapped; a Chinese character counts as two cells. Control characters become spaces.

    Args:
        columns: Share of the width by column name. A column with the share 0 holds numbers: it is as wide as its name
            and aligned to the right.

    Example:

        table = TerminalTable({"question": 2, "answer": 1, "probability": 0})
        print(table.head() + table.group("1  小李写了信。", [("谁写了信？", "小李", "61%")]), end="")
    """

    def __init__(self, columns: Mapping[str, int]):
        from rich.console import Console

        self.columns = dict(columns)
        self._console = Console(file=sys.stdout, highlight=False)

    def head(self) -> str:
        """Returns the names of the columns, underlined."""
        return self._rows([tuple(self.columns)], style="bold underline")

    def group(self, title: str, rows: Iterable[Sequence[str]]) -> str:
        """Returns a title, cut to one line, and rows of cells below it."""
        from rich.text import Text

        line = Text(_printable(title[: self._console.width + 1]), style="bold")
        return self._render(line) + self._rows(rows)

    def _rows(self, rows: Iterable[Sequence[str]], *, style: str = "") -> str:
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=True)
        grid.add_column(width=1)  # indents the rows below their title
        for name, share in self.columns.items():
            options: dict[str, Any] = {"ratio": share} if share else {"width": len(name), "justify": "right"}
            grid.add_column(overflow="fold", **options)
        for cells in rows:
            grid.add_row("", *(Text(_printable(cell), style=style) for cell in cells))
        return self._render(grid) if grid.row_count else ""

    def _render(self, part: Any) -> str:
        with self._console.capture() as capture:
            self._console.print(part, no_wrap=True, overflow="ellipsis")
        return "".join(line.rstrip() + "\n" for line in capture.get().splitlines())


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
