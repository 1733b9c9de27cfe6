"""textzoo train: train a model, from a checkpoint or from random weights.

On any laptop, in a minute, with random weights and a vocabulary built from the pairs themselves:

    textzoo train qa pairs.jsonl --out runs/first --num-layers 2 --hidden-size 64 --num-heads 2 --epochs 2

From a checkpoint:

    textzoo train qa train.json --validation dev.json --checkpoint chinese_L-12_H-768_A-12 --out runs/qa

Every setting is a flag and a key of a YAML file: `--print-config` writes one, `--config FILE` reads it, and so it does
the `settings.yaml` that stands in the folder of every training.
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
    "multilabel": (TrainMultilabel, train_multilabel, "any number of labels for a text"),
    "title": (TrainTitle, train_title, "titles of articles"),
    "mlm": (TrainMLM, train_mlm, "an encoder, on plain text"),
}


@cli_command("textzoo train")
def main(argv: list[str]) -> None:
    if task := select_subcommand("textzoo train", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_arguments(settings, argv[1:], f"textzoo train {task}"))


if __name__ == "__main__":
    sys.exit(main())
