"""textzoo generate: generate from texts with a trained model.

    textzoo generate qa passages.txt --model runs/first --num-pairs 2 --out pairs.jsonl
    echo "小李昨天去了图书馆。" | textzoo generate qa --model runs/first
    textzoo generate title articles.jsonl --model runs/titles

A text a line, or `{"id": ..., "text": ...}` a line; out comes a line of json for each pair or title, as soon as it is
there.
"""

import sys

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command, select_subcommand
from textzoo.scripts.generate_qa import GenerateQA, generate_qa
from textzoo.scripts.generate_title import GenerateTitle, generate_title

TASKS = {
    "qa": (GenerateQA, generate_qa, "question-answer pairs from passages"),
    "title": (GenerateTitle, generate_title, "titles of articles"),
}


@cli_command("textzoo generate")
def main(argv: list[str]) -> None:
    if task := select_subcommand("textzoo generate", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_arguments(settings, argv[1:], f"textzoo generate {task}"))


if __name__ == "__main__":
    sys.exit(main())
