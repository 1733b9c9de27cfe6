"""textzoo tune: choose the levels of a filter on a file with the right answers.

textzoo tune qa dev.json --model runs/qa --round-trip-model runs/reader --recall 0.5 --out levels.yaml
textzoo generate qa passages.txt --model runs/qa --config levels.yaml
"""

import sys

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command, select_subcommand
from textzoo.scripts.tune_qa import TuneQA, tune_qa

TASKS = {"qa": (TuneQA, tune_qa, "the filter of question-answer pairs")}


@cli_command("textzoo tune")
def main(argv: list[str]) -> None:
    if task := select_subcommand("textzoo tune", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_arguments(settings, argv[1:], f"textzoo tune {task}"))


if __name__ == "__main__":
    sys.exit(main())
