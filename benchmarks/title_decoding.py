"""Time of the three title decoders after encoding.

    python -m benchmarks.title_decoding

Every decoder generates titles of exactly `--length` tokens for articles of 256 tokens, with the same total number of
beams and random weights. The decoders run in turns, without XLA and with XLA, which the library chooses from 256
articles x beams on. Writes benchmarks/title_decoding.md, or `--page`.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

from benchmarks.harness import current_command

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import Tokenizer
from textzoo.data.tasks.title_generation import DECODERS
from textzoo.generation import SearchOptions
from textzoo.models import Encoder, TitleGenerator, TitlePreprocessor

FIRST_CHARACTER = 0x4E00


def title_decoder(decoder: str, articles: int, jit_compile: bool, options):
    """Returns a function that generates titles of encoded articles and returns its seconds."""
    keras.utils.set_random_seed(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]
    letters = [chr(FIRST_CHARACTER + i) for i in range(options.vocab_size - len(special))]
    tokenizer = Tokenizer([*special, *letters])
    width = options.hidden_size
    encoder = Encoder(
        len(tokenizer.tokens),
        hidden_size=width,
        num_layers=options.num_layers,
        num_heads=options.num_heads,
        intermediate_size=4 * width,
    )
    model = TitleGenerator(encoder, TitlePreprocessor(tokenizer), decoder=decoder, copy_head=True)
    compiled = model.title_decoder(jit_compile, 1)
    ids = np.random.default_rng(0).integers(len(special), len(tokenizer.tokens), (articles, options.source_length))
    source = compiled.encode(ids.astype("int32"))
    search_options = SearchOptions(num_beams=options.num_beams, length_penalty=0.6, min_length=options.length)

    def decode() -> float:
        start = time.perf_counter()
        beams = compiled.search(source, max_length=options.length, options=search_options)
        assert (np.asarray(beams.lengths) == options.length).all()
        return time.perf_counter() - start

    return decode


def table(options) -> list[str]:
    """Returns the lines of the table."""
    lines = ["| articles | XLA | decoder | seconds | relative to left_to_right |", "|" + "---|" * 5]
    for articles in options.articles:
        for jit_compile in (False, True):
            decoders = {decoder: title_decoder(decoder, articles, jit_compile, options) for decoder in DECODERS}
            times = {decoder: [] for decoder in DECODERS}
            for repeat in range(options.repeats + 1):
                for decoder, decode in decoders.items():
                    seconds = decode()
                    if repeat:  # the first call traces
                        times[decoder].append(seconds)
            for decoder, seconds in times.items():
                ratios = [a / b for a, b in zip(seconds, times["left_to_right"], strict=True)]
                xla = "yes" if jit_compile else "no"
                lines.append(f"| {articles} | {xla} | {decoder} | {quartiles(seconds, 4)} | {quartiles(ratios, 2)} |")
                print(lines[-1], flush=True)
    return lines


def quartiles(values: list[float], digits: int) -> str:
    """Returns the median and the quartiles."""
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
    parser.add_argument("--length", type=int, default=32, help="tokens per title")
    parser.add_argument("--num-beams", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=11)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    head = (
        f"`{current_command()}`, titles of {options.length} tokens for encoded articles of {options.source_length} "
        f"tokens. {options.num_layers} layers x {options.hidden_size}, vocabulary of {options.vocab_size} tokens, "
        f"{options.num_beams} beams in total, {os.cpu_count()} cores. Medians and quartiles of {options.repeats} runs "
        "in turns; each ratio compares runs of the same turn."
    )
    options.page.write_text("\n".join([head, "", *table(options)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
