"""textzoo tune: choose thresholds on a file of references: of the filter of pairs, or of labels.

textzoo tune qa dev.json --model runs/qa --round-trip-model runs/extractive-qa --recall 0.5 --out thresholds.yaml
textzoo generate qa passages.txt --model runs/qa --config thresholds.yaml
textzoo tune multilabel dev.tsv --model runs/labels --out runs/tuned-labels
"""

import sys

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command, select_subcommand
from textzoo.scripts.tune_multilabel import TuneMultilabel, tune_multilabel
from textzoo.scripts.tune_qa import TuneQA, tune_qa

TASKS = {
    "qa": (TuneQA, tune_qa, "the filter of question-answer pairs"),
    "multilabel": (TuneMultilabel, tune_multilabel, "a threshold for each label"),
}


@cli_command("textzoo tune")
def main(argv: list[str]) -> None:
    summaries = {name: summary for name, (_, _, summary) in TASKS.items()}
    if task := select_subcommand(summaries, argv, prog="textzoo tune", kind="task"):
        arguments_class, run, _ = TASKS[task]
        run(parse_arguments(arguments_class, argv[1:], prog=f"textzoo tune {task}"))


if __name__ == "__main__":
    sys.exit(main())
