"""Files that a command writes in one go."""

from pathlib import Path


def write_report(path: str, text: str) -> None:
    """Writes a file; where that fails, OSError names it, which `write` alone does not on a full disk."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        error.filename = error.filename or path
        raise
