"""textzoo generate: generate question-answer pairs or titles with a trained model.

    textzoo generate qa passages.txt --model runs/first --num-pairs 2 --out pairs.jsonl
    echo "小李昨天去了图书馆。" | textzoo generate qa --model runs/first
    textzoo generate title articles.jsonl --model runs/titles

The input holds one text, or one `{"id": ..., "text": ...}`, per line. Each pair or title is one line of JSON, written
as soon as it is generated.
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
    summaries = {name: summary for name, (_, _, summary) in TASKS.items()}
    if task := select_subcommand(summaries, argv, prog="textzoo generate", kind="task"):
        arguments_class, run, _ = TASKS[task]
        run(parse_arguments(arguments_class, argv[1:], prog=f"textzoo generate {task}"))


if __name__ == "__main__":
    sys.exit(main())
