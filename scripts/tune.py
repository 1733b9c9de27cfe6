"""textzoo tune: choose thresholds and options on a file of references, for pairs, titles or labels."""

import sys

from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.run_task import TaskCommand, run_task
from textzoo.scripts.tune_multilabel import TuneMultilabel, tune_multilabel
from textzoo.scripts.tune_qa import TuneQA, tune_qa
from textzoo.scripts.tune_title import TuneTitle, tune_title

TASKS = {
    "qa": TaskCommand(TuneQA, tune_qa, "the filter of question-answer pairs"),
    "title": TaskCommand(TuneTitle, tune_title, "the length penalty and the agreement of both directions"),
    "multilabel": TaskCommand(TuneMultilabel, tune_multilabel, "a threshold for each label"),
}


@cli_command("textzoo tune")
def main(argv: list[str]) -> None:
    run_task(TASKS, argv, prog="textzoo tune")


if __name__ == "__main__":
    sys.exit(main())
