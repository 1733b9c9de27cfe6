"""Comparison of ZLPR and binary cross-entropy with the same model and batches, and a learning rate chosen per loss.

    python -m experiments.multilabel --checkpoint all-MiniLM-L6-v2

GoEmotions (28 labels) starts from a pretrained encoder and is scored on its dev set. CAIL 2019 (Chinese legal
sentences, 40 labels of two domains, more than half of the sentences without a label) starts from random weights and is
split by document. A tenth of the training texts is held out. Macro F1 on it selects the rate and, for the second pair
of columns, one threshold for all labels. The first pair of columns uses the natural threshold, logit 0, which is 0.5
for the sigmoid.

Every finished run is a line of experiments/multilabel.jsonl, or of `--results`, and does not run again. Writes
experiments/multilabel.md beside it.
"""

import argparse
import dataclasses
import json
import os
import random
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.harness import DATA, current_command, mean_std

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import MultiLabelExample, Tokenizer, build_vocabulary
from textzoo.losses import ZLPR
from textzoo.metrics import best_threshold, multilabel_metrics
from textzoo.models import Encoder, MultiLabelClassifier, MultiLabelPreprocessor, adamw
from textzoo.training import WarmupLinearDecay

LOSSES = {"BCE": lambda: keras.losses.BinaryCrossentropy(from_logits=True), "ZLPR": ZLPR}
RATES = {"GoEmotions": (1e-4, 3e-4, 1e-3), "CAIL": (3e-4, 1e-3, 3e-3)}
BATCH_SIZE = 32
CAIL_SHAPE = {"hidden_size": 128, "num_layers": 2, "num_heads": 4, "intermediate_size": 512, "max_length": 512}


@dataclasses.dataclass(frozen=True)
class Texts:
    """Training, held-out and test examples, and the names of the labels."""

    train: list[MultiLabelExample]
    held_out: list[MultiLabelExample]
    test: list[MultiLabelExample]
    labels: list[str]


def goemotions(folder: Path) -> Texts:
    """Reads lines `text<tab>label ids<tab>id`; the dev set is the test set."""
    labels = (folder / "labels.txt").read_text(encoding="utf-8").split()

    def read(name):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            text, ids, _ = line.split("\t")
            if text.strip():
                yield MultiLabelExample(text, tuple(labels[int(i)] for i in ids.split(",")))

    train = list(read("train.tsv"))
    random.Random(0).shuffle(train)
    tenth = len(train) // 10
    return Texts(train[tenth:], train[:tenth], list(read("dev.tsv")), labels)


def cail(folder: Path) -> Texts:
    """Reads one JSON list of sentences per document; holds out a tenth of the documents and tests on a tenth."""
    documents = [
        json.loads(line)
        for name in ("divorce.jsonl", "labor.jsonl")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]
    random.Random(0).shuffle(documents)
    tenth = len(documents) // 10
    parts = [
        [MultiLabelExample(row["sentence"], tuple(row["labels"])) for document in part for row in document]
        for part in (documents[2 * tenth :], documents[:tenth], documents[tenth : 2 * tenth])
    ]
    parts = [[example for example in part if example.text.strip()] for part in parts]
    return Texts(*parts, sorted({label for part in parts for example in part for label in example.labels}))


def make_model(data: str, texts: Texts, checkpoint: str, max_length: int) -> MultiLabelClassifier:
    """Builds the classifier of a data set."""
    corpus = [example.text for example in texts.train]
    if data == "CAIL":
        tokenizer = Tokenizer(build_vocabulary(corpus))
        encoder = Encoder(tokenizer.vocab_size, **CAIL_SHAPE, **MultiLabelClassifier.encoder_options)
        return MultiLabelClassifier(encoder, MultiLabelPreprocessor(tokenizer, texts.labels, max_length=max_length))
    # Unused rows of the embedding table would only slow the optimizer down.
    tokenizer = Encoder.from_preset(checkpoint, mlm_head=False).tokenizer.prune(corpus)
    preprocessor = MultiLabelPreprocessor(tokenizer, texts.labels, max_length=max_length)
    return MultiLabelClassifier.from_preset(checkpoint, preprocessor=preprocessor)


def run(data: str, texts: Texts, checkpoint: str, loss: str, rate: float, seed: int, steps: int, length: int) -> dict:
    """Trains one model and returns its metrics."""
    keras.utils.set_random_seed(seed)
    model = make_model(data, texts, checkpoint, length)
    model.compile(adamw(WarmupLinearDecay(rate, steps, warmup_steps=steps // 10)), LOSSES[loss]())
    epochs = -(-steps * BATCH_SIZE // len(texts.train)) + 1
    start = time.perf_counter()
    batches = model.dataset(texts.train, batch_size=BATCH_SIZE, shuffle=True, seed=seed, num_epochs=epochs)
    history = model.fit(batches, steps_per_epoch=steps, epochs=1, shuffle=False, verbose=0).history
    seconds = time.perf_counter() - start
    (held_out_labels, held_out_logits), (test_labels, test_logits) = (
        (np.stack([model.preprocessor.columns(example.labels) for example in part]), model.predict(part, 64, verbose=0))
        for part in (texts.held_out, texts.test)
    )
    row = {"data": data, "loss": loss, "rate": rate, "seed": seed, "steps": steps, "length": length}
    row |= {
        "train_loss": history["loss"][-1],
        "seconds": round(seconds, 1),
        "threshold": best_threshold(held_out_labels, held_out_logits),
    }
    row["held_out_macro"] = multilabel_metrics(
        held_out_labels, held_out_logits, labels=texts.labels, threshold=row["threshold"]
    ).macro_f1
    for name, threshold in (("natural", 0.0), ("tuned", row["threshold"])):
        metrics = multilabel_metrics(test_labels, test_logits, labels=texts.labels, threshold=threshold)
        row |= {f"{name}_micro": metrics.micro_f1, f"{name}_macro": metrics.macro_f1}
        row[f"{name}_predicted"] = metrics.mean_predicted
    return row | {"mean_labels": multilabel_metrics(test_labels, test_logits, labels=texts.labels).mean_labels}


class Results:
    """Finished runs, one line of JSON each."""

    KEYS = ("data", "loss", "rate", "seed", "steps", "length")

    def __init__(self, path: Path):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.rows = [json.loads(line) for line in lines]

    def get(self, *key):
        return next((row for row in self.rows if tuple(row[name] for name in self.KEYS) == key), None)

    def add(self, row: dict):
        self.rows.append(row)
        with self.path.open("a", encoding="utf-8") as file:
            print(json.dumps(row), file=file, flush=True)
        print(json.dumps(row), flush=True)

    def best_rate(self, data: str, loss: str, steps: int) -> float:
        """Returns the rate of the first seed's run with the highest macro F1 on the held-out texts."""
        rows = [r for r in self.rows if (r["data"], r["loss"], r["seed"], r["steps"]) == (data, loss, 0, steps)]
        return max(rows, key=lambda row: row["held_out_macro"])["rate"]


def table(results: Results, data: str, steps: int) -> list[str]:
    """Returns the lines of a data set's table."""
    head = (
        "| loss | rate | micro F1, logit 0 | macro F1, logit 0 | predicted labels | micro F1, tuned | macro F1, tuned |"
    )
    lines = [head, "|" + "---|" * 7]
    for loss in LOSSES:
        rate = results.best_rate(data, loss, steps)
        columns = defaultdict(list)
        for row in results.rows:
            if (row["data"], row["loss"], row["rate"], row["steps"]) == (data, loss, rate, steps):
                for name, value in row.items():
                    columns[name].append(value)
        names = ("natural_micro", "natural_macro", "natural_predicted", "tuned_micro", "tuned_macro")
        lines.append(f"| {loss} | {rate:g} | {' | '.join(mean_std(columns[name]) for name in names)} |")
    return lines


def write_page(results: Results, path: Path, steps: dict[str, int], seeds: int) -> None:
    """Writes the tables of the finished runs."""
    rates = " and ".join(f"{', '.join(f'{rate:g}' for rate in RATES[data])} ({data})" for data in steps)
    lines = [
        f"`{current_command()}`, batches of {BATCH_SIZE}, {keras.config.dtype_policy().name}, mean ± standard "
        f"deviation over {seeds} seeds. The rate is the best of {rates} by macro F1 on held-out training texts, which "
        "also select the tuned threshold."
    ]
    for data, count in steps.items():
        done = [row for row in results.rows if (row["data"], row["steps"]) == (data, count)]
        if {row["loss"] for row in done} == set(LOSSES):
            labels = f"{done[0]['mean_labels']:.3f} labels per text"
            lines += ["", f"{data}, {count} steps, {labels}:", "", *table(results, data, count)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", help="folder of the pretrained English encoder; default: only CAIL")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data sets")
    parser.add_argument("--steps", type=int, default=1000, help="batches per GoEmotions run")
    parser.add_argument("--cail-steps", type=int, default=1500, help="batches per CAIL run")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--max-length", type=int, default=64, help="tokens per text")
    parser.add_argument(
        "--precision", default="float32", help="mixed_bfloat16 takes two thirds of the time with AVX-512"
    )
    parser.add_argument("--held-out", type=int, help="maximum number of held-out texts")
    parser.add_argument("--results", type=Path, default=Path(__file__).with_suffix(".jsonl"), help="finished runs")
    options = parser.parse_args(argv)
    keras.config.set_dtype_policy(options.precision)
    steps = {"GoEmotions": options.steps} if options.checkpoint else {}
    steps["CAIL"] = options.cail_steps
    options.results.parent.mkdir(parents=True, exist_ok=True)
    results = Results(options.results)
    for data, count in steps.items():
        read, folder = {"GoEmotions": (goemotions, "multilabel_goemotions"), "CAIL": (cail, "multilabel_cail")}[data]
        texts = read(options.data / folder)
        texts = dataclasses.replace(texts, held_out=texts.held_out[: options.held_out])
        for seed in range(options.seeds):
            for loss in LOSSES:
                for rate in RATES[data] if seed == 0 else (results.best_rate(data, loss, count),):
                    key = (data, loss, rate, seed, count, options.max_length)
                    if results.get(*key) is None:
                        results.add(run(data, texts, options.checkpoint, *key[1:]))
                    write_page(results, options.results.with_suffix(".md"), steps, options.seeds)
    print(options.results.with_suffix(".md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
