"""Entry point of the `textzoo` command: lists the commands and runs the one named.

textzoo demo
textzoo generate qa passages.txt --model tiny-zh
textzoo train qa pairs.jsonl --checkpoint tiny-zh --out runs/qa
"""

import importlib
import sys
from pathlib import Path
from typing import NamedTuple

from textzoo import __version__
from textzoo.scripts.cli.command import cli_command, example_lines, select_subcommand


class Command(NamedTuple):
    """A command's module in this folder and its one-line summary."""

    module: str
    summary: str


def commands() -> dict[str, Command]:
    """Returns each command with its module and its summary.

    A command is a module of this folder whose docstring begins with `textzoo NAME: SUMMARY`.
    """
    known = {}
    for file in Path(__file__).parent.glob("*.py"):
        with file.open(encoding="utf-8") as stream:
            title, colon, summary = stream.readline().strip(' "\n').partition(": ")
        if colon and title.startswith("textzoo "):
            known[title.removeprefix("textzoo ")] = Command(file.stem, summary)
    return dict(sorted(known.items()))


@cli_command("textzoo")
def main(argv: list[str]) -> None:
    """Imports only the module of the command named and runs its `main`."""
    if argv[:1] == ["--version"]:
        print(f"textzoo {__version__}")
        return
    known = commands()
    summaries = {name: command.summary for name, command in known.items()}
    if name := select_subcommand(summaries, argv, prog="textzoo", kind="command", examples=example_lines(__name__)):
        raise SystemExit(importlib.import_module(f"textzoo.scripts.{known[name].module}").main(argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
