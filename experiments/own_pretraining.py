"""What pretraining on one's own texts is worth: fine-tuning from it beside fine-tuning from random weights.

    python benchmarks/own_pretraining.py --pretrained corpus/mlm --asking asking --work runs --precision mixed_bfloat16

The same sizes, batches and rates for all, two seeds: titles of scientific abstracts (CSL), question-answer pairs
(CMRC2018) and articles of law (CAIL). Trains and measures with the commands that anybody has; what stands in `--work`
is not run again, and a training that was broken off goes on. Writes own_pretraining.md. Where corpus/mlm and plain.txt
come from is said in tiny_zh.py, and asking is an epoch of pairs that rules made of plain.txt:

    textzoo cloze corpus/plain.txt --all-nouns --out cloze.jsonl
    textzoo train qa cloze.jsonl --checkpoint corpus/mlm --out asking --epochs 1 --batch-size 32 --learning-rate 6e-4 \
        --dropout 0 --label-smoothing 0.1 --token-substitution-rate 0.3 --decoder-noise-rate 0.15 --max-question-length 40 \
        --max-answer-length 20 --precision mixed_bfloat16

The 75060 pairs that it learned from were those of whole abstracts and without 150 passages, and by rules that have been
mended since, in less than one of a hundred pairs.
"""

import argparse
import json
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from run_textzoo import run_textzoo
from this_command import this_command

from textzoo.data import read_qa

PASSAGES, CASES = 200, 80


class Job(NamedTuple):
    """A task: what `textzoo train` and `textzoo evaluate` are told, and the figures that count."""

    task: str
    train: list[str]
    evaluate: list[str]
    figures: tuple[str, ...]


def jobs(data: Path, work: Path) -> list[Job]:
    csl, cmrc = data / "titles_csl", data / "qa_cmrc2018"
    cases = (data / "multilabel_cail" / "divorce.jsonl").read_text(encoding="utf-8").splitlines()
    files = {
        "pairs_dev.jsonl": _first_passages(cmrc / "dev.json"),
        "cail_train.jsonl": _sentences(cases[CASES:]),
        "cail_dev.jsonl": _sentences(cases[:CASES]),
    }
    for name, text in files.items():
        (work / name).write_text(text, encoding="utf-8")
    title_lengths = ["--max-source-length", "256", "--max-title-length", "32"]
    pair_lengths = ["--max-source-length", "256", "--max-question-length", "40"]
    return [
        Job("title", [f"{csl}/train.tsv", "--steps", "300", *title_lengths], [f"{csl}/dev.tsv"], ("rouge_l",)),
        Job(
            "qa",
            [f"{cmrc}/train.json", "--on-error", "skip", "--steps", "300", *pair_lengths],
            [f"{work}/pairs_dev.jsonl", "--num-pairs", "10"],
            ("answer_recall", "answer_recall_f1", "question_rouge_l"),
        ),
        Job("multilabel", [f"{work}/cail_train.jsonl", "--steps", "900"], [f"{work}/cail_dev.jsonl"], ("macro_f1",)),
    ]


def _first_passages(file: Path) -> str:
    """The questions on the first passages of a file."""
    examples = list(read_qa(file, on_error="skip"))
    passages = set(list(dict.fromkeys(example.passage for example in examples))[:PASSAGES])
    return _lines(
        {"passage": e.passage, "question": e.question, "answer": e.answer} for e in examples if e.passage in passages
    )


def _sentences(cases: list[str]) -> str:
    """The sentences of cases, which are a line of json each."""
    return _lines(
        {"text": sentence["sentence"], "labels": sentence["labels"]} for case in cases for sentence in json.loads(case)
    )


def _lines(rows: Iterable[dict]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def measure(job: Job, weights: list[str], name: str, seed: int, options) -> dict:
    """The figures of one training; from its file where it is done."""
    folder = options.work / f"{job.task}_{name}_{seed}"
    figures = folder.with_suffix(".json")
    if not figures.exists():
        if not (folder / "metrics.json").exists():
            shared = ["--out", str(folder), "--seed", str(seed), "--precision", options.precision, "--resume"]
            how = ["--learning-rate", str(options.learning_rate), "--batch-size", "16", "--dropout", "0"]
            run_textzoo("train", job.task, *job.train, *weights, *how, *shared)
        run_textzoo("evaluate", job.task, *job.evaluate, "--model", str(folder), "--out", str(figures))
    return json.loads(figures.read_text(encoding="utf-8"))


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--pretrained", type=Path, required=True, help="folder that `textzoo train mlm` wrote")
    parser.add_argument("--asking", type=Path, required=True, help="folder of `textzoo train qa` on pairs of rules")
    parser.add_argument("--work", type=Path, required=True, help="folder of trainings and figures")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--precision", default="float32")
    options = parser.parse_args(argv)
    options.work.mkdir(parents=True, exist_ok=True)
    config = json.loads((options.pretrained / "config.json").read_text(encoding="utf-8"))["config"]["encoder"]["config"]
    shape = {"--num-layers": "num_layers", "--hidden-size": "hidden_size", "--num-heads": "num_heads"}
    random = [word for flag, name in shape.items() for word in (flag, str(config[name]))]
    random += ["--vocab", str(options.pretrained / "vocab.txt")]
    lines = [
        "Fine-tuning from own pretraining beside fine-tuning from random weights: "
        f"`{this_command()}`. Batches of 16 at a rate of {options.learning_rate:g}, "
        "no dropout, "
        f"{options.precision}, mean ± standard deviation over {options.seeds} seeds.",
        "",
        "| figure | steps | random weights | masked words | masked words, then pairs of rules |",
        "|---|---|---|---|---|",
    ]
    for job in jobs(options.data, options.work):
        ways = {
            "random": random,
            "pretrained": ["--checkpoint", str(options.pretrained)],
            "asking": ["--checkpoint", str(options.asking)],
        }
        found = {
            name: [measure(job, weights, name, seed, options) for seed in range(options.seeds)]
            for name, weights in ways.items()
        }
        steps = job.train[job.train.index("--steps") + 1]
        for figure in job.figures:
            cells = [_cell([row[figure] for row in rows]) for rows in found.values()]
            lines.append(f"| {job.task}, {figure} | {steps} | {' | '.join(cells)} |")
    text = "\n".join(lines) + "\n"
    (Path(__file__).resolve().parent / "own_pretraining.md").write_text(text, encoding="utf-8")
    print(text)


def _cell(values: list[float]) -> str:
    spread = f" ± {statistics.stdev(values):.4f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.4f}{spread}"


if __name__ == "__main__":
    main()
