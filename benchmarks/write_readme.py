"""The page of all measurements, README.md of this folder, from what the benchmarks wrote.

    python benchmarks/write_readme.py

A benchmark's title and command are the first line of its docstring and the indented line after it; its figures are the
.md beside it.
"""

import ast
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
HEAD = """# Benchmarks

What was measured, each by the script that its heading links to; written by `python benchmarks/write_readme.py` from the
pages that they write. Peers come with `pip install ".[bench]"`; bert4keras needs an environment of its own, with
`pip install tensorflow` and `pip install --no-deps -r requirements-bert4keras.txt`.
"""


def section(script: Path) -> str:
    """A benchmark's heading, command and figures."""
    lines = (ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")), clean=False) or "").splitlines()
    command = next(line.strip() for line in lines if line.startswith("    "))
    figures = script.with_suffix(".md").read_text(encoding="utf-8").strip()
    return f"## [{script.stem}]({script.name})\n\n{lines[0]}\n\n    {command}\n\n{figures}\n"


def page(folder: Path = FOLDER) -> str:
    scripts = sorted(folder.glob("*.py"))
    return "\n".join([HEAD, *(section(script) for script in scripts if script.with_suffix(".md").exists())])


if __name__ == "__main__":
    (FOLDER / "README.md").write_text(page(), encoding="utf-8")
