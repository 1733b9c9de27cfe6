"""textzoo predict: predict with a trained model, a line of json for each text.

    textzoo predict multilabel texts.txt --model runs/labels
    echo "多谢，真没想到！" | textzoo predict multilabel --model runs/labels

A text a line, or `{"id": ..., "text": ...}` a line.
"""

import sys

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command, select_subcommand
from textzoo.scripts.predict_multilabel import PredictMultilabel, predict_multilabel

TASKS = {"multilabel": (PredictMultilabel, predict_multilabel, "any number of labels for a text")}


@cli_command("textzoo predict")
def main(argv: list[str]) -> None:
    if task := select_subcommand("textzoo predict", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_arguments(settings, argv[1:], f"textzoo predict {task}"))


if __name__ == "__main__":
    sys.exit(main())
