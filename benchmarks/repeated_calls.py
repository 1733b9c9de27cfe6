"""Traces, latency and memory over a thousand calls of `QAGenerator.generate` with passages of mixed lengths.

    python -m benchmarks.repeated_calls

A call has 1 to 4 passages of 10 to 250 tokens, 3 pairs each, 3 beams, random weights. Each of the three compiled
functions (encode, sample answers, search questions) is traced again until its graph leaves the varying lengths open.
The page separates calls that trace from the others. Writes benchmarks/repeated_calls.md.
"""

import argparse
import os
import resource
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import current_command, machine

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import Tokenizer
from textzoo.data.length_batching import BATCH_SIZES, bucket
from textzoo.models import Encoder, QAGenerator, QAPreprocessor

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCAB_SIZE, MAX_LENGTH, MAX_PASSAGES = 8000, 250, 4


def resident_mib() -> float:
    """Returns the resident memory of the process in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def trace_counts(decoder) -> tuple[int, int, int]:
    """Returns how often each compiled function was traced."""
    return decoder.encode.traces, decoder.sample_answers.traces, decoder.write_questions.traces


def percentiles(seconds: np.ndarray, *ranks: int) -> str:
    """Returns percentiles of the seconds, or "none"."""
    return ", ".join(f"{value:.3f}" for value in np.percentile(seconds, ranks)) if len(seconds) else "none"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--size", default="4x312", help="layers x width; the width is a multiple of 12")
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    parser.add_argument("--warmup-calls", type=int, default=100, help="calls before latency and memory growth count")
    options = parser.parse_args(argv)
    if options.calls <= options.warmup_calls:
        parser.error(f"Expected more --calls than --warmup-calls {options.warmup_calls}. Received: {options.calls}")
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer([*SPECIAL, *(chr(0x4E00 + i) for i in range(VOCAB_SIZE - len(SPECIAL)))])
    layers, width = map(int, options.size.split("x"))
    encoder = Encoder(VOCAB_SIZE, hidden_size=width, num_layers=layers, num_heads=12, intermediate_size=4 * width)
    model = QAGenerator(encoder, QAPreprocessor(tokenizer, max_source_length=256))
    random = np.random.default_rng(0)
    shapes, seconds, memory, traces = set(), [], [], []
    for _ in range(options.calls):
        lengths = random.integers(10, MAX_LENGTH + 1, random.integers(1, MAX_PASSAGES + 1))
        texts = ["".join(map(chr, random.integers(0x4E00, 0x4E00 + VOCAB_SIZE - 5, length))) for length in lengths]
        shapes.add((bucket(len(texts), BATCH_SIZES), bucket(int(lengths.max()) + 2)))
        start = time.perf_counter()
        model.generate(texts, 3, max_question_length=16, seed=0)
        seconds.append(time.perf_counter() - start)
        memory.append(resident_mib())
        traces.append([sum(counts) for counts in zip(*map(trace_counts, model._decoders.values()), strict=True)])
    warmup = options.warmup_calls
    traced = np.diff(np.sum(traces, axis=1), prepend=0) > 0
    after = np.array(seconds)[warmup:]
    lines = [
        f"`{current_command()}`, {options.calls} calls. {machine()}, "
        f"TensorFlow {version('tensorflow')}, Keras {version('keras')}.",
        "",
        "| quantity | value |",
        "|---|---|",
        f"| distinct shapes of source batches | {len(shapes)} |",
        f"| traces of encoding, answer sampling and question search | {', '.join(map(str, traces[-1]))} |",
        f"| calls that traced; after the first {warmup} | {traced.sum()}; {traced[warmup:].sum()} |",
        f"| seconds of a call that traced: median, maximum | {percentiles(np.array(seconds)[traced], 50, 100)} |",
        f"| seconds of a call after the first {warmup}: median, 95th, 99th percentile "
        f"| {percentiles(after, 50, 95, 99)} |",
        f"| the same without calls that traced | {percentiles(after[~traced[warmup:]], 50, 95, 99)} |",
        f"| MiB after {warmup} calls and after all | {memory[warmup - 1]:.0f}, {memory[-1]:.0f} |",
        f"| memory growth after the first {warmup} | {memory[-1] / memory[warmup - 1] - 1:.1%} |",
    ]
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
