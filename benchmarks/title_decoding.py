"""How long the three decoders take to write titles of articles that were read.

    python benchmarks/title_decoding.py

Every decoder writes titles of exactly `--length` tokens for articles of 256, with the same beams in all; models have
random weights. Their runs take turns. Plain and compiled by XLA, which the library chooses for 256 articles x beams
or more.
Writes benchmarks/title_decoding.md beside this file, or `--page`.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

from this_command import this_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import Tokenizer
from textzoo.models import Encoder, TitleGenerator, TitlePreprocessor

DECODERS = ("left_to_right", "bidirectional", "from_both_ends")
FIRST_CHARACTER = 0x4E00


def writer(decoder: str, articles: int, jit_compile: bool, options):
    """A call that writes titles of articles already read."""
    keras.utils.set_random_seed(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]
    letters = [chr(FIRST_CHARACTER + i) for i in range(options.vocab_size - len(special))]
    tokenizer = Tokenizer([*special, *letters])
    width = options.hidden_size
    encoder = Encoder(len(tokenizer.tokens), width, options.layers, options.heads, 4 * width)
    model = TitleGenerator(encoder, TitlePreprocessor(tokenizer), decoder, copy_head=True)
    decoding = model._decoding(jit_compile)
    ids = np.random.default_rng(0).integers(len(special), len(tokenizer.tokens), (articles, options.source_length))
    source = decoding.read(ids.astype("int32"))

    def write() -> float:
        start = time.perf_counter()
        beams = decoding.write(source, options.num_beams, options.length, 0.6, options.length)
        assert (np.asarray(beams.lengths) == options.length).all()
        return time.perf_counter() - start

    return write


def rows(options) -> list[str]:
    lines = ["| articles | XLA | decoder | seconds | to left_to_right |", "|" + "---|" * 5]
    for articles in options.articles:
        for jit_compile in (False, True):
            writers = {decoder: writer(decoder, articles, jit_compile, options) for decoder in DECODERS}
            taken = {decoder: [] for decoder in DECODERS}
            for repeat in range(options.repeats + 1):
                for decoder, write in writers.items():
                    seconds = write()
                    if repeat:  # the first call traces
                        taken[decoder].append(seconds)
            for decoder, seconds in taken.items():
                ratios = [a / b for a, b in zip(seconds, taken["left_to_right"], strict=True)]
                xla = "yes" if jit_compile else "no"
                lines.append(f"| {articles} | {xla} | {decoder} | {spread(seconds, 4)} | {spread(ratios, 2)} |")
                print(lines[-1], flush=True)
    return lines


def spread(values: list[float], digits: int) -> str:
    """The median, and the quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--num-layers", type=int, default=4)
    parser.add_argument("--hidden-size", type=int, default=312)
    parser.add_argument("--num-heads", type=int, default=12)
    parser.add_argument("--vocab-size", type=int, default=4278)
    parser.add_argument("--source-length", type=int, default=256)
    parser.add_argument("--length", type=int, default=32, help="tokens of every title")
    parser.add_argument("--num-beams", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=11)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args(argv)
    head = (
        f"Writing titles of {options.length} tokens for articles of {options.source_length} that were read: "
        f"`{this_command()}`. {options.layers} layers x {options.hidden_size}, {options.vocab_size} tokens, "
        f"{options.num_beams} beams in all, {os.cpu_count()} cores. Medians and quartiles of {options.repeats} runs in "
        "turns; the ratios are those of runs side by side."
    )
    options.page.write_text("\n".join([head, "", *rows(options)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
