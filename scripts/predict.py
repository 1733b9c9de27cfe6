"""textzoo predict: predict labels with a trained model.

The input holds one text, or one `{"id": ..., "text": ...}`, per line, in a file or on standard input. The output is a
table on a terminal, otherwise one line of JSON per text.
"""

import sys

from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.run_task import TaskCommand, run_task
from textzoo.scripts.predict_multilabel import PredictMultilabel, predict_multilabel

TASKS = {"multilabel": TaskCommand(PredictMultilabel, predict_multilabel, "any number of labels per text")}


@cli_command("textzoo predict")
def main(argv: list[str]) -> None:
    run_task(TASKS, argv, prog="textzoo predict")


if __name__ == "__main__":
    sys.exit(main())
