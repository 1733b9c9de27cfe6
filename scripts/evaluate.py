"""textzoo evaluate: measure a trained model on a file with the right answers.

textzoo evaluate qa test.json --model runs/qa --out figures.json --html page.html
textzoo evaluate qa test.jsonl --predictions pairs.jsonl
textzoo evaluate reader test.json --model runs/reader --out figures.json
textzoo evaluate multilabel test.tsv --model runs/labels --out figures.json
textzoo evaluate title test.tsv --model runs/titles --out figures.json
textzoo evaluate mlm held_out.txt --model runs/mlm --train corpus.txt --out figures.json
"""

import sys

from textzoo.scripts.choose import choose
from textzoo.scripts.door import door
from textzoo.scripts.evaluate_mlm import EvaluateMLM, evaluate_mlm
from textzoo.scripts.evaluate_multilabel import EvaluateMultilabel, evaluate_multilabel
from textzoo.scripts.evaluate_qa import EvaluateQA, evaluate_qa
from textzoo.scripts.evaluate_reader import EvaluateReader, evaluate_reader
from textzoo.scripts.evaluate_title import EvaluateTitle, evaluate_title
from textzoo.scripts.settings import parse_settings

TASKS = {
    "qa": (EvaluateQA, evaluate_qa, "question-answer pairs from passages"),
    "reader": (EvaluateReader, evaluate_reader, "answers to questions, as spans of passages"),
    "multilabel": (EvaluateMultilabel, evaluate_multilabel, "any number of labels for a text"),
    "title": (EvaluateTitle, evaluate_title, "titles of articles"),
    "mlm": (EvaluateMLM, evaluate_mlm, "masked words of plain text"),
}


@door("textzoo evaluate")
def main(argv: list[str]) -> None:
    if task := choose("textzoo evaluate", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_settings(settings, argv[1:], f"textzoo evaluate {task}"))


if __name__ == "__main__":
    sys.exit(main())
