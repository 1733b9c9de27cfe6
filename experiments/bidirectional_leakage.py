"""Leakage between the directions of a bidirectional decoder, measured on titles of random characters.

    python -m experiments.bidirectional_leakage

Titles have 3 to 10 characters, each drawn from 8, and do not depend on their article. Given that the title has not
ended, a loss below ln 8 nats per character therefore means that the other direction leaked it. Each model has 2 layers
and trains on 500 batches of new titles. The score covers 2000 more titles, at the positions that the leakage guard
keeps in the loss. Writes experiments/bidirectional_leakage.md.
"""

import argparse
import math
import os
import random
from pathlib import Path

from benchmarks.harness import current_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import TitleExample, Tokenizer, build_vocabulary
from textzoo.models import Encoder, TitleGenerator, TitlePreprocessor, adamw
from textzoo.training import WarmupLinearDecay

SYMBOLS = "甲乙丙丁戊己庚辛"
ARTICLE = "今天"
STEPS, BATCH_SIZE, NUM_SCORED = 500, 32, 2000
RUNS = [
    ("left_to_right", "none"),
    ("bidirectional", "mask"),
    ("bidirectional", "noise"),
    ("bidirectional", "none"),
    ("from_both_ends", "none"),
]


def titles(count: int, seed: int) -> list[TitleExample]:
    """Draws random titles."""
    draw = random.Random(seed)
    return [TitleExample(ARTICLE, "".join(draw.choices(SYMBOLS, k=draw.randint(3, 10)))) for _ in range(count)]


def crossentropy(decoder: str, leakage_guard: str) -> float:
    """Trains a model on random titles and returns its loss in nats per character, given that the title goes on."""
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer(build_vocabulary([ARTICLE, SYMBOLS]))
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=64,
        num_layers=2,
        num_heads=4,
        intermediate_size=256,
        max_length=32,
        dropout=0.0,
        attention_dropout=0.0,
    )
    options = {"leakage_guard": leakage_guard, "fusion": "linear", "fusion_weight": 1.0}
    model = TitleGenerator(
        encoder, TitlePreprocessor(tokenizer, max_source_length=8, max_title_length=12), decoder=decoder, **options
    )
    model.compile(adamw(WarmupLinearDecay(3e-3, STEPS, warmup_steps=STEPS // 10)))
    model.fit(titles(STEPS * BATCH_SIZE, 0), batch_size=BATCH_SIZE, verbose=0)
    losses = []
    for inputs, labels, weights in model.dataset(titles(NUM_SCORED, 1), batch_size=200):
        logits = np.array(model(inputs, training=False), "float64")
        logits[..., tokenizer.sep_id] = -np.inf
        log_probs = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
        labels = np.asarray(labels)
        target_log_probs = np.take_along_axis(log_probs, labels[..., None], axis=-1)[..., 0]
        losses += (-target_log_probs[(np.asarray(weights) > 0) & (labels != tokenizer.sep_id)]).tolist()
    return float(np.mean(losses))


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(argv)
    lines = [
        f"`{current_command()}`, loss on random titles in nats per character, {STEPS} batches of {BATCH_SIZE}, 2 "
        f"layers x 64. Without leakage the loss cannot be below ln 8 = {math.log(len(SYMBOLS)):.3f}.",
        "",
        "| decoder | leakage guard | nats |",
        "|---|---|---|",
    ]
    for decoder, leakage_guard in RUNS:
        label = leakage_guard if decoder == "bidirectional" else ""
        lines.append(f"| {decoder} | {label} | {crossentropy(decoder, leakage_guard):.3f} |")
        print(lines[-1], flush=True)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
