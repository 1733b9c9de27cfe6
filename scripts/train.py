"""textzoo train: train a model from a checkpoint or with random weights.

On any laptop in a minute, with random weights and a vocabulary built from the pairs:

    textzoo train qa pairs.jsonl --out runs/first --num-layers 2 --hidden-size 64 --num-heads 2 --epochs 2

From a checkpoint:

    textzoo train qa train.json --validation dev.json --checkpoint chinese_L-12_H-768_A-12 --out runs/qa

Every argument is a flag and a key of a YAML file. `--print-config` prints such a file and `--config FILE` reads it.
Each training saves its own as `settings.yaml` in its folder.
"""

import sys

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command, select_subcommand
from textzoo.scripts.train_extractive_qa import TrainExtractiveQA, train_extractive_qa
from textzoo.scripts.train_mlm import TrainMLM, train_mlm
from textzoo.scripts.train_multilabel import TrainMultilabel, train_multilabel
from textzoo.scripts.train_qa import TrainQA, train_qa
from textzoo.scripts.train_title import TrainTitle, train_title

TASKS = {
    "qa": (TrainQA, train_qa, "question-answer pairs from passages"),
    "extractive-qa": (TrainExtractiveQA, train_extractive_qa, "answers to questions, as spans of passages"),
    "multilabel": (TrainMultilabel, train_multilabel, "any number of labels per text"),
    "title": (TrainTitle, train_title, "titles of articles"),
    "mlm": (TrainMLM, train_mlm, "pretraining of an encoder on plain text"),
}


@cli_command("textzoo train")
def main(argv: list[str]) -> None:
    summaries = {name: summary for name, (_, _, summary) in TASKS.items()}
    if task := select_subcommand(summaries, argv, prog="textzoo train", kind="task"):
        config_class, run, _ = TASKS[task]
        run(parse_arguments(config_class, argv[1:], prog=f"textzoo train {task}"))


if __name__ == "__main__":
    sys.exit(main())
