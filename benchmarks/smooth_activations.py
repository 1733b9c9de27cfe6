"""SAU, SmoothReLU and GELU in the same encoder: filling in masked characters of the sample corpus.

    python benchmarks/smooth_activations.py

Passages of up to 96 tokens, 15 % of them replaced by [MASK]; a new encoder of 2 layers, 64 wide; per seed the same
first weights, batches and masks for each activation. Measured on passages of the same domains whose patterns and values
training never saw: cross-entropy and accuracy of the masked characters. Writes benchmarks/smooth_activations.md.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import Tokenizer, build_vocabulary, sample_corpus
from textzoo.models import Encoder
from textzoo.training import adamw

ACTIVATIONS = ("gelu", "sau", "smooth_relu")
NAMES = {"gelu": "GELU", "sau": "SAU", "smooth_relu": "SmoothReLU"}
LENGTH, BATCH, MASKED, RATE = 96, 32, 0.15, 2e-3


class MaskedLanguageModel(keras.Model):
    """Logits of every token, from an encoder's states."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def call(self, ids, training=None):
        return self.encoder.token_logits(self.encoder.encode(ids, training=training)[0])


def encoded(tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    rows = [tokenizer.encode(text, max_length=LENGTH).ids for text in texts]
    return np.stack([np.pad(row, (0, LENGTH - len(row))) for row in rows])


def masked(ids: np.ndarray, tokenizer: Tokenizer, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Ids with [MASK] in them, and the weights: 1 there, else 0."""
    special = (tokenizer.pad_id, tokenizer.cls_id, tokenizer.sep_id)
    weights = (rng.uniform(size=ids.shape) < MASKED) & ~np.isin(ids, special)
    return np.where(weights, tokenizer.mask_id, ids), weights.astype("float32")


def train(activation: str, seed: int, steps: int) -> tuple[float, float, float]:
    """Cross-entropy and accuracy on unseen passages, and seconds a step."""
    corpus = sample_corpus(4000, seed=0)
    texts, unseen = [p.text for p in corpus.train], [p.text for p in corpus.new_patterns]
    tokenizer = Tokenizer(build_vocabulary(texts + unseen))
    keras.utils.set_random_seed(seed)
    encoder = Encoder(tokenizer.vocab_size, 64, 2, 4, 256, max_length=LENGTH, activation=activation, dropout=0.0)
    model = MaskedLanguageModel(encoder)
    model.compile(
        adamw(RATE, steps),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight"),
        weighted_metrics=[keras.metrics.SparseCategoricalAccuracy()],
    )
    rng = np.random.default_rng(seed)
    ids = encoded(tokenizer, texts)[rng.integers(0, len(texts), steps * BATCH)]
    inputs, weights = masked(ids, tokenizer, rng)
    start = time.perf_counter()
    model.fit(inputs, ids, BATCH, sample_weight=weights, shuffle=False, verbose=0)
    seconds = (time.perf_counter() - start) / steps
    ids = np.tile(encoded(tokenizer, unseen), (4, 1))
    inputs, weights = masked(ids, tokenizer, np.random.default_rng(1234))
    loss, accuracy = model.evaluate(
        inputs, ids, len(ids), sample_weight=weights, verbose=0
    )  # one batch: no mean of means
    return loss, accuracy, seconds


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=600, help=f"batches of {BATCH} passages")
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args(argv)
    lines = ["| activation | cross-entropy | accuracy | time a step |", "|---|---|---|---|"]
    for activation in ACTIVATIONS:
        losses, accuracies, seconds = zip(
            *(train(activation, seed, options.steps) for seed in range(options.seeds)), strict=True
        )
        cells = [f"{statistics.mean(c):.4f} ± {statistics.stdev(c):.4f}" for c in (losses, accuracies)]
        lines.append(f"| {NAMES[activation]} | {cells[0]} | {cells[1]} | {statistics.mean(seconds) * 1e3:.0f} ms |")
        print(lines[-1], flush=True)
    Path(__file__).with_suffix(".md").write_text(
        "Masked characters of passages that training never saw, an encoder of 2 layers, 64 wide, "
        f"{options.steps} steps of {BATCH} passages, mean ± standard deviation over {options.seeds} seeds: "
        f"`python benchmarks/smooth_activations.py`.\n\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
