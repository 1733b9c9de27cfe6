"""textzoo evaluate: evaluate a trained model on a file of reference outputs."""

import sys

from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.run_task import TaskCommand, run_task
from textzoo.scripts.evaluate_extractive_qa import EvaluateExtractiveQA, evaluate_extractive_qa
from textzoo.scripts.evaluate_mlm import EvaluateMLM, evaluate_mlm
from textzoo.scripts.evaluate_multilabel import EvaluateMultilabel, evaluate_multilabel
from textzoo.scripts.evaluate_qa import EvaluateQA, evaluate_qa
from textzoo.scripts.evaluate_title import EvaluateTitle, evaluate_title

TASKS = {
    "qa": TaskCommand(EvaluateQA, evaluate_qa, "question-answer pairs generated from passages"),
    "extractive-qa": TaskCommand(
        EvaluateExtractiveQA, evaluate_extractive_qa, "answers to questions, as spans of passages"
    ),
    "multilabel": TaskCommand(EvaluateMultilabel, evaluate_multilabel, "any number of labels per text"),
    "title": TaskCommand(EvaluateTitle, evaluate_title, "titles generated from articles"),
    "mlm": TaskCommand(EvaluateMLM, evaluate_mlm, "masked words of plain text"),
}


@cli_command("textzoo evaluate")
def main(argv: list[str]) -> None:
    run_task(TASKS, argv, prog="textzoo evaluate")


if __name__ == "__main__":
    sys.exit(main())
