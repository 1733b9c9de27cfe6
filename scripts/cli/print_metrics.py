"""What every `textzoo evaluate TASK` does with its figures."""

import json
from typing import Any

from textzoo.scripts.cli.output_files import write_text_file


def print_metrics(figures: dict[str, Any], width: int, out: str | None) -> list[tuple[str, str]]:
    """Prints a line for each figure, and writes all of them as json where that is asked for.

    Args:
        figures: Numbers by name.
        width: Of the column of names.
        out: File of json; None: none.

    Returns:
        The names and the figures as they were printed.
    """
    rows = [(name, f"{value:.4f}" if isinstance(value, float) else str(value)) for name, value in figures.items()]
    print("\n".join(f"{name:{width}} {value}" for name, value in rows))
    if out is not None:
        write_text_file(out, json.dumps(figures, indent=2) + "\n")
    return rows
