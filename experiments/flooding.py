"""Effect of flooding on a small training set with wrong labels.

    python -m experiments.flooding

The data are generated: 800 training examples of 20 numbers, with 8 labels from a random network, of which 10 % are
flipped. A two-layer network trains with ZLPR for 150 epochs, far past its best epoch. The measure is micro-F1 on 2000
validation examples with true labels, at the last and at the best epoch. About ten minutes on two cores. Writes
experiments/flooding.md.
"""

import argparse
import os
from pathlib import Path

from benchmarks.harness import current_command, mean_std

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import ops

from textzoo.losses import Flooding, apply_flooding_in_training, zlpr_decision

LEVELS = (0.0, 0.1, 0.3, 0.6, 1.0)
SEEDS = range(5)
EPOCHS = 150
FLIPPED_FRACTION = 0.1


def generate_data(seed: int):
    """Returns training x and noisy labels, validation x and true labels; a quarter of the labels is positive."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2800, 20)).astype("float32")
    scores = np.tanh(x @ rng.normal(size=(20, 16)) / 3) @ rng.normal(size=(16, 8))
    y = (scores > np.quantile(scores, 0.75, axis=0)).astype("float32")
    flips = rng.uniform(size=(800, 8)) < FLIPPED_FRACTION
    return x[:800], np.abs(y[:800] - flips), x[800:], y[800:]


def f1(y_true, y_pred):
    """Computes micro-F1 of the decision at logit 0."""
    decision = ops.cast(zlpr_decision(y_pred), "float32")
    return 2 * ops.sum(y_true * decision) / (ops.sum(y_true) + ops.sum(decision))


def train(level: float, seed: int) -> tuple[float, float, float]:
    """Trains one network. Level 0 means no flooding, since ZLPR is never negative.

    Returns:
        Micro-F1 at the last and at the best epoch, and the fraction of the last epoch's steps below the level.
    """
    x, y, x_validation, y_validation = generate_data(seed)
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
        validation_batch_size=len(x_validation),  # one batch, since micro-F1 is not a mean over batches
        verbose=0,
    ).history
    return history["val_f1"][-1], max(history["val_f1"]), history["below_level"][-1]


def table(seeds: range) -> str:
    """Trains all levels and returns the table."""
    lines = ["| flooding | micro-F1, last epoch | micro-F1, best epoch | last steps below level |", "|---|---|---|---|"]
    for level in LEVELS:
        results = np.array([train(level, seed) for seed in seeds])
        name = f"level {level}" if level else "none"
        cells = [mean_std(column) for column in results[:, :2].T.tolist()]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} | {results[:, 2].mean():.0%} |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="seeds, each with its own data and network")
    seeds = range(parser.parse_args(argv).seeds)
    Path(__file__).with_suffix(".md").write_text(
        f"`{current_command()}`, {FLIPPED_FRACTION:.0%} of the training labels flipped, mean ± standard deviation over "
        f"{len(seeds)} seeds.\n\n{table(seeds)}\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
