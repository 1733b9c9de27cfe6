"""textzoo evaluate: evaluate a trained model on a file of reference outputs.

textzoo evaluate qa test.json --model runs/qa --out metrics.json --html page.html
textzoo evaluate qa test.jsonl --predictions pairs.jsonl
textzoo evaluate extractive-qa test.json --model runs/extractive-qa --out metrics.json
textzoo evaluate multilabel test.tsv --model runs/labels --out metrics.json
textzoo evaluate title test.tsv --model runs/titles --out metrics.json
textzoo evaluate mlm held_out.txt --model runs/mlm --train corpus.txt --out metrics.json
"""

import sys

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command, select_subcommand
from textzoo.scripts.evaluate_extractive_qa import EvaluateExtractiveQA, evaluate_extractive_qa
from textzoo.scripts.evaluate_mlm import EvaluateMLM, evaluate_mlm
from textzoo.scripts.evaluate_multilabel import EvaluateMultilabel, evaluate_multilabel
from textzoo.scripts.evaluate_qa import EvaluateQA, evaluate_qa
from textzoo.scripts.evaluate_title import EvaluateTitle, evaluate_title

TASKS = {
    "qa": (EvaluateQA, evaluate_qa, "question-answer pairs generated from passages"),
    "extractive-qa": (EvaluateExtractiveQA, evaluate_extractive_qa, "answers to questions, as spans of passages"),
    "multilabel": (EvaluateMultilabel, evaluate_multilabel, "any number of labels per text"),
    "title": (EvaluateTitle, evaluate_title, "titles generated from articles"),
    "mlm": (EvaluateMLM, evaluate_mlm, "masked words of plain text"),
}


@cli_command("textzoo evaluate")
def main(argv: list[str]) -> None:
    summaries = {name: summary for name, (_, _, summary) in TASKS.items()}
    if task := select_subcommand(summaries, argv, prog="textzoo evaluate", kind="task"):
        arguments_class, run, _ = TASKS[task]
        run(parse_arguments(arguments_class, argv[1:], prog=f"textzoo evaluate {task}"))


if __name__ == "__main__":
    sys.exit(main())
