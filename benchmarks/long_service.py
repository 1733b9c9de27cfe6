"""A thousand calls of `QAGenerator.generate` with passages of mixed lengths: traces, latency, memory.

    python benchmarks/long_service.py

Random weights, 4 layers x 312; a call has 1 to 4 passages of 10 to 250 tokens, 3 pairs each, 3 beams. A trace is made
for each bucket of lengths and of batches that comes up. Writes benchmarks/long_service.md beside this file.
"""

import argparse
import os
import resource
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import Tokenizer
from textzoo.data.buckets import bucket
from textzoo.models import Encoder, QAGenerator, QAPreprocessor
from textzoo.models.source_batches import BATCH_SIZES

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCAB_SIZE, LONGEST, MOST, SETTLED = 8000, 250, 4, 100


def resident() -> float:
    """MiB that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args(argv)
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer([*SPECIAL, *(chr(0x4E00 + i) for i in range(VOCAB_SIZE - len(SPECIAL)))])
    encoder = Encoder(VOCAB_SIZE, 312, 4, 12, 1248)
    model = QAGenerator(encoder, QAPreprocessor(tokenizer, 256))
    random = np.random.default_rng(0)
    shapes, seconds, memory = set(), [], []
    for _ in range(options.calls):
        lengths = random.integers(10, LONGEST + 1, random.integers(1, MOST + 1))
        texts = ["".join(map(chr, random.integers(0x4E00, 0x4E00 + VOCAB_SIZE - 5, length))) for length in lengths]
        shapes.add((bucket(len(texts), BATCH_SIZES), bucket(int(lengths.max()) + 2)))
        start = time.perf_counter()
        model.generate(texts, 3, max_question_length=16, seed=0)
        seconds.append(time.perf_counter() - start)
        memory.append(resident())
    settled = seconds[SETTLED:]
    traces = sum(decoding.traces for decoding in model._decodings.values())
    lines = [
        f"`python benchmarks/long_service.py`: {options.calls} calls, {os.cpu_count()} cores.",
        "",
        "| what | figure |",
        "|---|---|",
        f"| shapes of sources that came up | {len(shapes)} |",
        f"| traces of the three compiled moves | {traces} |",
        f"| seconds a call after the first {SETTLED}: median, 95 %, 99 % | "
        + ", ".join(f"{np.percentile(settled, share):.3f}" for share in (50, 95, 99))
        + " |",
        f"| MiB after {SETTLED} calls, after all | {memory[SETTLED - 1]:.0f}, {memory[-1]:.0f} |",
        f"| growth after the first {SETTLED} | {memory[-1] / memory[SETTLED - 1] - 1:.1%} |",
    ]
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
