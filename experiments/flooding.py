"""What flooding does on a small set with wrong labels.

    python benchmarks/flooding.py

A generated multi-label set (800 training examples, 20 numbers each, 8 labels drawn by a random network), 10 % of the
training labels flipped; a two-layer network trained with ZLPR for 150 epochs, long past its best; micro-F1 on 2000
validation examples with true labels, at the last epoch and at the best one. About ten minutes on two cores. Writes
benchmarks/flooding.md.
"""

import argparse
import os
import statistics
from pathlib import Path

from this_command import this_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import ops

from textzoo.losses import Flooding, apply_flooding_in_training, zlpr_decision

LEVELS = (0.0, 0.1, 0.3, 0.6, 1.0)
SEEDS = range(5)
EPOCHS = 150
FLIPPED = 0.1


def generated_set(seed: int):
    """x, wrong labels, x and true labels of validation; a fourth of all labels is on."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2800, 20)).astype("float32")
    scores = np.tanh(x @ rng.normal(size=(20, 16)) / 3) @ rng.normal(size=(16, 8))
    y = (scores > np.quantile(scores, 0.75, axis=0)).astype("float32")
    flips = rng.uniform(size=(800, 8)) < FLIPPED
    return x[:800], np.abs(y[:800] - flips), x[800:], y[800:]


def f1(y_true, y_pred):
    """Micro-F1 of the decision at logit 0."""
    decision = ops.cast(zlpr_decision(y_pred), "float32")
    return 2 * ops.sum(y_true * decision) / (ops.sum(y_true) + ops.sum(decision))


def train(level: float, seed: int) -> tuple[float, float, float]:
    """Level 0 is no flooding: ZLPR is never negative.

    Returns micro-F1 at the last and at the best epoch, and the share of the last epoch's steps below the level.
    """
    x, y, x_validation, y_validation = generated_set(seed)
    keras.utils.set_random_seed(seed)
    layers = [keras.layers.Dense(256, "relu"), keras.layers.Dense(256, "relu"), keras.layers.Dense(8)]
    model = keras.Sequential([keras.Input((20,)), *layers])
    model.compile("adam", Flooding("zlpr", level), metrics=[f1])
    apply_flooding_in_training(model)
    history = model.fit(
        x,
        y,
        batch_size=64,
        epochs=EPOCHS,
        validation_data=(x_validation, y_validation),
        validation_batch_size=len(x_validation),  # one batch: micro-F1 is no mean over batches
        verbose=0,
    ).history
    return history["val_f1"][-1], max(history["val_f1"]), history["below_level"][-1]


def table(seeds: range) -> str:
    lines = ["| flooding | micro-F1, last epoch | micro-F1, best epoch | steps below at the end |", "|---|---|---|---|"]
    for level in LEVELS:
        results = np.array([train(level, seed) for seed in seeds])
        name = f"level {level}" if level else "none"
        cells = [f"{statistics.mean(c):.4f} ± {statistics.stdev(c):.4f}" for c in results[:, :2].T]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} | {results[:, 2].mean():.0%} |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="seeds, each its own set and network")
    seeds = range(parser.parse_args(argv).seeds)
    Path(__file__).with_suffix(".md").write_text(
        f"Flooding with {FLIPPED:.0%} of the training labels flipped, mean ± standard deviation over {len(seeds)} "
        f"seeds: `{this_command()}`.\n\n{table(seeds)}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
