"""textzoo train: train a model from a checkpoint or with random weights.

Every argument is a flag and a key of a YAML file. `--print-config` prints such a file and `--config FILE` reads it.
Each training saves its own as `settings.yaml` in its folder.
"""

import sys

from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.run_task import TaskCommand, run_task
from textzoo.scripts.train_extractive_qa import TrainExtractiveQA, train_extractive_qa
from textzoo.scripts.train_mlm import TrainMLM, train_mlm
from textzoo.scripts.train_multilabel import TrainMultilabel, train_multilabel
from textzoo.scripts.train_qa import TrainQA, train_qa
from textzoo.scripts.train_title import TrainTitle, train_title

TASKS = {
    "qa": TaskCommand(TrainQA, train_qa, "question-answer pairs from passages"),
    "extractive-qa": TaskCommand(TrainExtractiveQA, train_extractive_qa, "answers to questions, as spans of passages"),
    "multilabel": TaskCommand(TrainMultilabel, train_multilabel, "any number of labels per text"),
    "title": TaskCommand(TrainTitle, train_title, "titles of articles"),
    "mlm": TaskCommand(TrainMLM, train_mlm, "pretraining of an encoder on plain text"),
}


@cli_command("textzoo train")
def main(argv: list[str]) -> None:
    run_task(TASKS, argv, prog="textzoo train")


if __name__ == "__main__":
    sys.exit(main())
