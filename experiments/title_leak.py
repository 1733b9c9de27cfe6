"""What a model of two directions learns that nobody can know: titles of random characters.

    python benchmarks/title_leak.py

Titles of 3 to 10 characters, each drawn from 8, have nothing to do with their article. Whatever a model learns of them
below ln 8 nats a character, given that the title has not ended, it was told by the other direction. 500 batches of new
titles, 2 layers; scored on 2000 more, at the positions that the leakage_guard leaves in the loss. Writes
benchmarks/title_leak.md.
"""

import math
import os
import random
from pathlib import Path

from this_command import this_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import TitleExample, Tokenizer, build_vocabulary
from textzoo.models import Encoder, TitleGenerator, TitlePreprocessor, adamw
from textzoo.training import WarmupLinearDecay

SYMBOLS = "甲乙丙丁戊己庚辛"
ARTICLE = "今天"
STEPS, BATCH, SCORED = 500, 32, 2000
RUNS = [
    ("left_to_right", "none"),
    ("bidirectional", "mask"),
    ("bidirectional", "noise"),
    ("bidirectional", "none"),
    ("from_both_ends", "none"),
]


def titles(count: int, seed: int) -> list[TitleExample]:
    draw = random.Random(seed)
    return [TitleExample(ARTICLE, "".join(draw.choices(SYMBOLS, k=draw.randint(3, 10)))) for _ in range(count)]


def crossentropy(decoder: str, leakage_guard: str) -> float:
    """Nats a character, given that it is no end, of a model trained on random titles."""
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer(build_vocabulary([ARTICLE, SYMBOLS]))
    encoder = Encoder(tokenizer.vocab_size, 64, 2, 4, 256, max_length=32, dropout=0.0, attention_dropout=0.0)
    options = {"leakage_guard": leakage_guard, "fusion": "linear", "fusion_weight": 1.0}
    model = TitleGenerator(encoder, TitlePreprocessor(tokenizer, 8, 12), decoder, **options)
    model.compile(adamw(WarmupLinearDecay(3e-3, STEPS, STEPS // 10)))
    model.fit(titles(STEPS * BATCH, 0), batch_size=BATCH, verbose=0)
    losses = []
    for inputs, labels, weights in model.dataset(titles(SCORED, 1), 200):
        logits = np.array(model(inputs, training=False), "float64")
        logits[..., tokenizer.sep_id] = -np.inf
        log_probs = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
        labels = np.asarray(labels)
        chosen = np.take_along_axis(log_probs, labels[..., None], axis=-1)[..., 0]
        losses += (-chosen[(np.asarray(weights) > 0) & (labels != tokenizer.sep_id)]).tolist()
    return float(np.mean(losses))


def main() -> None:
    lines = [
        f"Nats a character of random titles, `{this_command()}`: {STEPS} batches of {BATCH}, 2 layers x "
        f"64. Who is told nothing cannot come below ln 8 = {math.log(len(SYMBOLS)):.3f}.",
        "",
        "| decoder | leakage_guard | nats |",
        "|---|---|---|",
    ]
    for decoder, leakage_guard in RUNS:
        shown = leakage_guard if decoder == "bidirectional" else ""
        lines.append(f"| {decoder} | {shown} | {crossentropy(decoder, leakage_guard):.3f} |")
        print(lines[-1], flush=True)
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
