"""textzoo generate: generate question-answer pairs or titles with a trained model.

The input holds one text, or one `{"id": ..., "text": ...}`, per line, in a file or on standard input. Each pair or
title is written as soon as it is generated: as a table on a terminal, otherwise as one line of JSON.
"""

import sys

from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.run_task import TaskCommand, run_task
from textzoo.scripts.generate_qa import GenerateQA, generate_qa
from textzoo.scripts.generate_title import GenerateTitle, generate_title

TASKS = {
    "qa": TaskCommand(GenerateQA, generate_qa, "question-answer pairs from passages"),
    "title": TaskCommand(GenerateTitle, generate_title, "titles of articles"),
}


@cli_command("textzoo generate")
def main(argv: list[str]) -> None:
    run_task(TASKS, argv, prog="textzoo generate")


if __name__ == "__main__":
    sys.exit(main())
