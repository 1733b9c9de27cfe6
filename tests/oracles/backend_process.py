"""Trains, saves, loads and runs small models under the backend in use, and writes their outputs as JSON.

    KERAS_BACKEND=jax python -m tests.oracles.backend_process FOLDER

Models that FOLDER already holds are only loaded and run.
"""

import json
import sys
from pathlib import Path

import keras

from textzoo.data import MultiLabelExample, QAExample, TitleExample
from textzoo.models import MultiLabelClassifier, QAGenerator, TitleGenerator
from textzoo.training import ModelConfig, create_model

TEXTS = ["小李昨天在图书馆讲课。", "王明去了车站。"]
PAIRS = [QAExample(TEXTS[0], "谁在讲课？", "小李", 0), QAExample(TEXTS[1], "谁去了车站？", "王明", 0)]
TITLES = [TitleExample("小李讲课", TEXTS[0]), TitleExample("王明去了车站", TEXTS[1])]
LABELS = [MultiLabelExample(TEXTS[0], ("讲课",)), MultiLabelExample(TEXTS[1], ("出行",))]


def pairs(model):
    groups = model.generate(TEXTS, num_pairs=2, max_question_length=4, num_beams=2, seed=0)
    return [(p.question, p.answer, p.question_logprob, p.answer_logprob) for group in groups for p in group]


def titles(model):
    agreement = {"agreement_weight": 0.5} if model.decoder == "bidirectional" else {}
    groups = model.generate(TEXTS, num_beams=4, num_titles=2, **agreement)
    return [(title.text, title.score, title.direction) for group in groups for title in group]


def title_task(decoder):
    return (
        TitleGenerator,
        {"max_lengths": {"max_source_length": 16, "max_title_length": 8}, "decoder": decoder},
        TITLES,
        titles,
    )


# Class, arguments of `create_model`, examples, outputs.
TASKS = {
    "pairs": (
        QAGenerator,
        {
            "max_lengths": {"max_source_length": 16, "max_answer_length": 4, "max_question_length": 8},
            "extra_positions": 2,
            "copy_head": True,
        },
        PAIRS,
        pairs,
    ),
    "titles": title_task("left_to_right"),
    "titles of both directions": title_task("bidirectional"),
    "titles from both ends": title_task("from_both_ends"),
    "labels": (
        MultiLabelClassifier,
        {"max_lengths": {"max_length": 16}, "labels": ["讲课", "出行"]},
        LABELS,
        lambda model: model.predict(TEXTS, verbose=0).tolist(),
    ),
}


def main(folder: Path) -> None:
    outputs = {}
    for name, (model_class, options, examples, run) in TASKS.items():
        if not (folder / name).exists():
            size = ModelConfig(num_layers=1, hidden_size=16, num_heads=2)
            model = create_model(model_class, size, texts=[*TEXTS, "谁在讲课？谁去了车站？"], seed=0, **options)
            model.fit(examples, epochs=1, verbose=0)
            model.save_to_preset(folder / name)
        model = model_class.from_preset(folder / name)
        outputs[name] = [("loss", model.evaluate(examples, verbose=0, return_dict=True)["loss"]), *run(model)]
        file = folder / f"{keras.backend.backend()}.json"
        file.write_text(json.dumps(outputs, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
