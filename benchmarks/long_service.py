"""A thousand calls of `QAGenerator.generate` with passages of mixed lengths: traces, latency, memory.

    python benchmarks/long_service.py

Random weights; a call has 1 to 4 passages of 10 to 250 tokens, 3 pairs each, 3 beams. Each of the three compiled moves
(read, draw, ask) is traced anew until its graph leaves open the lengths that differ; calls that trace are told apart
from the others. Writes benchmarks/long_service.md beside this file.
"""

import argparse
import os
import resource
import time
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from side_by_side import machine

from textzoo.data import Tokenizer
from textzoo.data.length_batching import BATCH_SIZES, bucket
from textzoo.models import Encoder, QAGenerator, QAPreprocessor

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCAB_SIZE, LONGEST, MOST = 8000, 250, 4


def resident() -> float:
    """MiB that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def moves(decoding) -> tuple[int, int, int]:
    """How often each move was traced."""
    return decoding.read.traces, decoding.draw.traces, decoding.ask.traces


def figures(seconds: np.ndarray, *percentiles: int) -> str:
    return ", ".join(f"{value:.3f}" for value in np.percentile(seconds, percentiles)) if len(seconds) else "none"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--size", default="4x312", help="layers x width, a multiple of 12")
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    parser.add_argument("--settled", type=int, default=100, help="calls after which latency and growth are told")
    options = parser.parse_args(argv)
    if options.calls <= options.settled:
        parser.error(f"Expected more --calls than --settled, {options.settled}. Received: {options.calls}")
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer([*SPECIAL, *(chr(0x4E00 + i) for i in range(VOCAB_SIZE - len(SPECIAL)))])
    layers, width = map(int, options.size.split("x"))
    encoder = Encoder(VOCAB_SIZE, width, layers, 12, 4 * width)
    model = QAGenerator(encoder, QAPreprocessor(tokenizer, 256))
    random = np.random.default_rng(0)
    shapes, seconds, memory, traces = set(), [], [], []
    for _ in range(options.calls):
        lengths = random.integers(10, LONGEST + 1, random.integers(1, MOST + 1))
        texts = ["".join(map(chr, random.integers(0x4E00, 0x4E00 + VOCAB_SIZE - 5, length))) for length in lengths]
        shapes.add((bucket(len(texts), BATCH_SIZES), bucket(int(lengths.max()) + 2)))
        start = time.perf_counter()
        model.generate(texts, 3, max_question_length=16, seed=0)
        seconds.append(time.perf_counter() - start)
        memory.append(resident())
        traces.append([sum(move) for move in zip(*map(moves, model._decodings.values()), strict=True)])
    settled = options.settled
    traced = np.diff(np.sum(traces, axis=1), prepend=0) > 0
    after = np.array(seconds)[settled:]
    lines = [
        f"`python benchmarks/long_service.py --size {options.size}`: {options.calls} calls. {machine()}, "
        f"TensorFlow {version('tensorflow')}, Keras {version('keras')}.",
        "",
        "| what | figure |",
        "|---|---|",
        f"| shapes of sources that came up | {len(shapes)} |",
        f"| traces of read, draw and ask | {', '.join(map(str, traces[-1]))} |",
        f"| calls that traced; of them after the first {settled} | {traced.sum()}; {traced[settled:].sum()} |",
        f"| seconds of a call that traced: median, most | {figures(np.array(seconds)[traced], 50, 100)} |",
        f"| seconds of a call after the first {settled}: median, 95 %, 99 % | {figures(after, 50, 95, 99)} |",
        f"| the same without those that traced | {figures(after[~traced[settled:]], 50, 95, 99)} |",
        f"| MiB after {settled} calls, after all | {memory[settled - 1]:.0f}, {memory[-1]:.0f} |",
        f"| growth after the first {settled} | {memory[-1] / memory[settled - 1] - 1:.1%} |",
    ]
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
