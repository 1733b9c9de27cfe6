"""The `textzoo` command: one word for each file of this folder.

textzoo --help
textzoo train qa pairs.jsonl --out runs/first --epochs 1 --layers 1 --hidden-size 32 --heads 2
"""

import importlib
import sys
from pathlib import Path

from textzoo import __version__
from textzoo.scripts.choose import choose
from textzoo.scripts.door import door


def commands() -> dict[str, str]:
    """Every command and its line: the files of this folder that begin with `textzoo NAME: `."""
    found = {}
    for file in sorted(Path(__file__).parent.glob("*.py")):
        with file.open(encoding="utf-8") as stream:
            name, colon, line = stream.readline().strip(' "\n').partition(": ")
        if colon and name == f"textzoo {file.stem}":
            found[file.stem] = line
    return found


@door("textzoo")
def main(argv: list[str]) -> None:
    """Imports the file of the command named, and no other, and runs its `main`."""
    if argv[:1] == ["--version"]:
        print(f"textzoo {__version__}")
    elif command := choose("textzoo", "command", commands(), argv):
        raise SystemExit(importlib.import_module(f"textzoo.scripts.{command}").main(argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
