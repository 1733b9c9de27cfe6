"""textzoo predict: predict with a trained model, a line of json for each text.

    textzoo predict multilabel texts.txt --model runs/labels
    echo "多谢，真没想到！" | textzoo predict multilabel --model runs/labels

A text a line, or `{"id": ..., "text": ...}` a line.
"""

import sys

from textzoo.scripts.choose import choose
from textzoo.scripts.door import door
from textzoo.scripts.predict_multilabel import PredictMultilabel, predict_multilabel
from textzoo.scripts.settings import parse_settings

TASKS = {"multilabel": (PredictMultilabel, predict_multilabel, "any number of labels for a text")}


@door("textzoo predict")
def main(argv: list[str]) -> None:
    if task := choose("textzoo predict", "task", {name: line for name, (*_, line) in TASKS.items()}, argv):
        settings, run, _ = TASKS[task]
        run(parse_settings(settings, argv[1:], f"textzoo predict {task}"))


if __name__ == "__main__":
    sys.exit(main())
