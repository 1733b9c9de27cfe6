"""textzoo predict: predict labels with a trained model.

    textzoo predict multilabel texts.txt --model runs/labels
    echo "多谢，真没想到！" | textzoo predict multilabel --model runs/labels

The input holds one text, or one `{"id": ..., "text": ...}`, per line. The output is one line of JSON per text.
"""

import sys

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command, select_subcommand
from textzoo.scripts.predict_multilabel import PredictMultilabel, predict_multilabel

TASKS = {"multilabel": (PredictMultilabel, predict_multilabel, "any number of labels per text")}


@cli_command("textzoo predict")
def main(argv: list[str]) -> None:
    summaries = {name: summary for name, (_, _, summary) in TASKS.items()}
    if task := select_subcommand(summaries, argv, prog="textzoo predict", kind="task"):
        arguments_class, run, _ = TASKS[task]
        run(parse_arguments(arguments_class, argv[1:], prog=f"textzoo predict {task}"))


if __name__ == "__main__":
    sys.exit(main())
