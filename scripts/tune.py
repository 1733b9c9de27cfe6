"""textzoo tune: choose the levels of a filter on a file with the right answers.

textzoo tune qa dev.json --model runs/qa --reader runs/reader --recall 0.5 --out levels.yaml
textzoo generate qa passages.txt --model runs/qa --config levels.yaml
"""

import sys

from textzoo.scripts.choose import choose
from textzoo.scripts.door import door
from textzoo.scripts.settings import parse_settings
from textzoo.scripts.tune_qa import TuneQA, tune_qa

TASKS = {"qa": (TuneQA, tune_qa, "the filter of question-answer pairs")}


@door("textzoo tune")
def main(argv: list[str]) -> None:
    if task := choose("textzoo tune", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_settings(settings, argv[1:], f"textzoo tune {task}"))


if __name__ == "__main__":
    sys.exit(main())
