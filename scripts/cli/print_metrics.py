"""Printing and saving the metrics of `textzoo evaluate TASK`."""

import json
from typing import Any

from textzoo.scripts.cli.output_files import write_text_file


def print_metrics(metrics: dict[str, Any], out: str | None, *, name_width: int) -> list[tuple[str, str]]:
    """Prints one metric per line and writes all of them to a JSON file.

    Args:
        metrics: Numbers by name.
        out: The JSON file; None to only print.
        name_width: Width of the column of names, in characters.

    Returns:
        Names and values as printed.
    """
    rows = [(name, f"{value:.4f}" if isinstance(value, float) else str(value)) for name, value in metrics.items()]
    print("\n".join(f"{name:{name_width}} {value}" for name, value in rows))
    if out is not None:
        write_text_file(out, json.dumps(metrics, indent=2) + "\n")
    return rows
