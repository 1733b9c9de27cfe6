"""Texts a second from strings to padded batches: `Tokenizer` and batching beside bert4keras's.

    python benchmarks/input_speed.py --bert4keras-python bert4keras/bin/python

Abstracts of CSL with the vocabulary of Chinese BERT, stories of FairytaleQA with one built from them; 256 tokens at
most, batches of 32. textzoo: `tokenize_batch`, then `batches` as `fit` takes them (TensorFlow tensors, in buckets of
length) and `pad_batch` alone. bert4keras: `Tokenizer(vocab, do_lower_case=True).encode` and `sequence_padding`, as its
examples do. How many of the texts both give the same ids is told. In turns, each in a process of its own; the first
round is apart. Writes benchmarks/input_speed.md.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from peers.peer import Peer
from side_by_side import machine, median, ratio, versions
from this_command import this_command

from textzoo.data import Tokenizer, build_vocabulary, read_qa, read_titles

LENGTH, BATCH = 256, 32
WAYS = {"batches": "`batches`", "pad_batch": "`pad_batch`"}


def chinese(data: Path, count: int) -> tuple[list[str], Tokenizer]:
    texts = [example.text for example in read_titles(data / "titles_csl" / "train.tsv")][:count]
    return texts, Tokenizer.from_vocab(data / "vocab_zh" / "vocab.txt")


def english(data: Path, count: int) -> tuple[list[str], Tokenizer]:
    passages = dict.fromkeys(example.passage for example in read_qa(data / "qa_fairytale" / "train.json.gz"))
    texts = list(passages)[:count]
    return texts, Tokenizer(build_vocabulary(texts))


def rows(language: str, options) -> tuple[list[str], str]:
    """The table's rows, and the versions of both sides."""
    texts, tokenizer = {"Chinese": chinese, "English": english}[language](options.data, options.texts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tokenizer.save(folder / "vocab.txt")
        (folder / "texts.json").write_text(json.dumps(texts))
        peers = {
            "textzoo": Peer(sys.executable, "textzoo_input.py", folder, LENGTH),
            "bert4keras": Peer(options.bert4keras_python, "bert4keras_input.py", folder, LENGTH),
        }
        ids = [peer.ask(way=None, batch_size=BATCH)["ids"] for peer in peers.values()]
        same = sum(ours == theirs for ours, theirs in zip(*ids, strict=True))
        asks = {way: ("textzoo", way) for way in WAYS} | {"bert4keras": ("bert4keras", "pad")}
        rates: dict[str, list[float]] = {who: [] for who in asks}
        peak: dict[str, float] = {}
        for number in range(options.rounds + 1):
            for who, (side, way) in asks.items():
                done = peers[side].ask(way=way, batch_size=BATCH)
                peak[who] = done["peak_mib"]
                if number:
                    rates[who].append(len(texts) / done["seconds"])
        for peer in peers.values():
            peer.close()
    lines = []
    for way, shown in WAYS.items():
        cells = [
            language,
            len(texts),
            f"{same / len(texts):.1%}",
            shown,
            median(rates[way]),
            median(rates["bert4keras"]),
        ]
        cells += [ratio(rates[way], rates["bert4keras"]), f"{peak[way]:.0f}", f"{peak['bert4keras']:.0f}"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
        print(lines[-1], flush=True)
    return lines, versions(peers)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bert4keras-python", required=True, help="an interpreter that has bert4keras")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--languages", nargs="+", default=["Chinese", "English"], choices=["Chinese", "English"])
    parser.add_argument("--texts", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args(argv)
    columns = ["texts", "number", "the same ids", "batching", "textzoo, texts a second", "bert4keras", "ratio", "MiB"]
    columns.append("bert4keras's MiB")
    table = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for language in options.languages:
        lines, found = rows(language, options)
        table += lines
    head = (
        f"From strings to batches of {BATCH}, {LENGTH} tokens at most: `{this_command()}`; medians of "
        f"{options.rounds} rounds, the ratio's extremes in brackets; peak memory of the process. {machine()}. {found}."
    )
    options.page.write_text("\n".join([head, "", *table]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
