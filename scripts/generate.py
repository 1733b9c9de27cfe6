"""textzoo generate: generate from texts with a trained model.

    textzoo generate qa passages.txt --model runs/first --num-pairs 2 --out pairs.jsonl
    echo "小李昨天去了图书馆。" | textzoo generate qa --model runs/first
    textzoo generate title articles.jsonl --model runs/titles

A text a line, or `{"id": ..., "text": ...}` a line; out comes a line of json for each pair or title, as soon as it is
there.
"""

import sys

from textzoo.scripts.choose import choose
from textzoo.scripts.door import door
from textzoo.scripts.generate_qa import GenerateQA, generate_qa
from textzoo.scripts.generate_title import GenerateTitle, generate_title
from textzoo.scripts.settings import parse_settings

TASKS = {
    "qa": (GenerateQA, generate_qa, "question-answer pairs from passages"),
    "title": (GenerateTitle, generate_title, "titles of articles"),
}


@door("textzoo generate")
def main(argv: list[str]) -> None:
    if task := choose("textzoo generate", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_settings(settings, argv[1:], f"textzoo generate {task}"))


if __name__ == "__main__":
    sys.exit(main())
