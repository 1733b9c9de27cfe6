"""Comparison of SAU, SmoothReLU and GELU in the same encoder.

    python -m experiments.smooth_activations

The task is the domain of a passage of the sample corpus, for a `MultiLabelClassifier` on a new encoder of 2 layers x
64. Per seed, all activations have the same initial weights and batches. The metrics are ZLPR and micro F1 on passages
of the same domains with patterns and values unseen in training. Writes experiments/smooth_activations.md.
"""

import argparse
import os
from pathlib import Path

from benchmarks.harness import current_command, mean_std

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from textzoo.data import MultiLabelExample, Tokenizer, build_vocabulary, sample_corpus
from textzoo.losses import ZLPR
from textzoo.models import Encoder, MultiLabelClassifier, MultiLabelPreprocessor, adamw
from textzoo.training import WarmupLinearDecay

ACTIVATIONS = {"gelu": "GELU", "sau": "SAU", "smooth_relu": "SmoothReLU"}
MAX_LENGTH, BATCH_SIZE, LEARNING_RATE = 96, 32, 1e-3


def train(activation: str, seed: int, steps: int) -> tuple[float, float]:
    """Trains one model and returns ZLPR and micro F1 on unseen patterns."""
    corpus = sample_corpus(4000, seed=0)
    train, test = (
        [MultiLabelExample(passage.text, (passage.domain,)) for passage in part]
        for part in (corpus.train, corpus.new_patterns)
    )
    tokenizer = Tokenizer(build_vocabulary(example.text for example in train))
    labels = sorted({example.labels[0] for example in train})
    keras.utils.set_random_seed(seed)
    shape = {"hidden_size": 64, "num_layers": 2, "num_heads": 4, "intermediate_size": 256, "max_length": MAX_LENGTH}
    encoder = Encoder(tokenizer.vocab_size, activation=activation, **shape, **MultiLabelClassifier.encoder_options)
    model = MultiLabelClassifier(encoder, MultiLabelPreprocessor(tokenizer, labels, max_length=MAX_LENGTH))
    model.compile(adamw(WarmupLinearDecay(LEARNING_RATE, steps, warmup_steps=steps // 10)), ZLPR())
    batches = model.dataset(
        train, batch_size=BATCH_SIZE, shuffle=True, seed=seed, num_epochs=-(-steps * BATCH_SIZE // len(train))
    )
    model.fit(batches, steps_per_epoch=steps, shuffle=False, verbose=0)
    metrics = model.evaluate(test, verbose=0, return_dict=True)
    return metrics["loss"], metrics["micro_f1"]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=600, help=f"batches of {BATCH_SIZE} passages")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(argv)
    lines = ["| activation | ZLPR | micro F1 |", "|---|---|---|"]
    for activation, name in ACTIVATIONS.items():
        runs = [train(activation, seed, options.steps) for seed in range(options.seeds)]
        losses, scores = zip(*runs, strict=True)
        cells = [mean_std(column) for column in (losses, scores)]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} |")
        print(lines[-1], flush=True)
    Path(__file__).with_suffix(".md").write_text(
        f"`{current_command()}`, domain of passages with unseen patterns, encoder of 2 layers x 64, {options.steps} "
        f"steps of {BATCH_SIZE} passages, mean ± standard deviation over {options.seeds} seeds.\n\n"
        + "\n".join(lines)
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
