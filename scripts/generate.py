"""textzoo generate: generate from passages with a trained model.

    textzoo generate qa passages.txt --model runs/first --num-pairs 2 --out pairs.jsonl
    echo "小李昨天去了图书馆。" | textzoo generate qa --model runs/first

A passage a line, or `{"id": ..., "text": ...}` a line; out comes a line of json for each pair, as soon as it is there.
"""

import sys

from textzoo.scripts.choose import choose
from textzoo.scripts.door import door
from textzoo.scripts.generate_qa import GenerateQA, generate_qa
from textzoo.scripts.settings import parse_settings

TASKS = {"qa": (GenerateQA, generate_qa, "question-answer pairs from passages")}


@door("textzoo generate")
def main(argv: list[str]) -> None:
    if task := choose("textzoo generate", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_settings(settings, argv[1:], f"textzoo generate {task}"))


if __name__ == "__main__":
    sys.exit(main())
