"""Texts per second from strings to padded batches, beside bert4keras.

    python -m benchmarks.input_speed --bert4keras-python bert4keras/bin/python

The texts are abstracts of CSL with the vocabulary of Chinese BERT and stories of FairytaleQA with a vocabulary built
from them, cut to 256 tokens, in batches of 32. textzoo runs `tokenize_batch`, then either `batches` as `fit` does
(TensorFlow tensors in buckets of length) or `pad_batch` alone. bert4keras runs `Tokenizer(vocab,
do_lower_case=True).encode` and `sequence_padding`, as its examples do. The page also states the fraction of texts with
equal ids on both sides. Each side has its own process; they run in turns, and the first round does not count. Writes
benchmarks/input_speed.md.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import DATA, current_command, machine, median, peer_versions, ratio
from benchmarks.peers.peer import Peer
from textzoo.data import Tokenizer, build_vocabulary, read_qa, read_titles

LENGTH, BATCH = 256, 32
BATCHING = {"batches": "`batches`", "pad_batch": "`pad_batch`"}


def chinese(data: Path, count: int) -> tuple[list[str], Tokenizer]:
    texts = [example.text for example in read_titles(data / "titles_csl" / "train.tsv")][:count]
    return texts, Tokenizer.from_vocab(data / "vocab_zh" / "vocab.txt")


def english(data: Path, count: int) -> tuple[list[str], Tokenizer]:
    passages = dict.fromkeys(example.passage for example in read_qa(data / "qa_fairytale" / "train.json.gz"))
    texts = list(passages)[:count]
    return texts, Tokenizer(build_vocabulary(texts))


def rows(language: str, options) -> tuple[list[str], str]:
    """Returns the rows of the table and the versions of both sides."""
    texts, tokenizer = {"Chinese": chinese, "English": english}[language](options.data, options.texts)
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        tokenizer.save(folder / "vocab.txt")
        (folder / "texts.json").write_text(json.dumps(texts))
        peers = {
            "textzoo": Peer(sys.executable, "textzoo_input.py", folder, LENGTH),
            "bert4keras": Peer(options.bert4keras_python, "bert4keras_input.py", folder, LENGTH),
        }
        ids = [peer.ask(batching=None, batch_size=BATCH)["ids"] for peer in peers.values()]
        equal = sum(ours == theirs for ours, theirs in zip(*ids, strict=True))
        runs = {batching: ("textzoo", batching) for batching in BATCHING} | {"bert4keras": ("bert4keras", "pad")}
        rates: dict[str, list[float]] = {name: [] for name in runs}
        peak: dict[str, float] = {}
        for number in range(options.rounds + 1):
            for name, (side, batching) in runs.items():
                reply = peers[side].ask(batching=batching, batch_size=BATCH)
                peak[name] = reply["peak_mib"]
                if number:
                    rates[name].append(len(texts) / reply["seconds"])
        for peer in peers.values():
            peer.close()
    lines = []
    for batching, label in BATCHING.items():
        cells = [
            language,
            len(texts),
            f"{equal / len(texts):.1%}",
            label,
            median(rates[batching]),
            median(rates["bert4keras"]),
        ]
        cells += [ratio(rates[batching], rates["bert4keras"]), f"{peak[batching]:.0f}", f"{peak['bert4keras']:.0f}"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
        print(lines[-1], flush=True)
    return lines, peer_versions(peers)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bert4keras-python", required=True, help="interpreter that has bert4keras")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--languages", nargs="+", default=["Chinese", "English"], choices=["Chinese", "English"])
    parser.add_argument("--texts", type=int, default=4000, help="number of texts per language")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    columns = ["language", "texts", "equal ids", "batching", "textzoo, texts per second", "bert4keras", "ratio", "MiB"]
    columns.append("bert4keras MiB")
    table = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for language in options.languages:
        lines, versions = rows(language, options)
        table += lines
    head = (
        f"`{current_command()}`, from strings to batches of {BATCH}, at most {LENGTH} tokens per text. Medians of "
        f"{options.rounds} rounds with the extremes of the ratio in brackets. MiB: peak memory of the process. "
        f"{machine()}. {versions}."
    )
    options.page.write_text("\n".join([head, "", *table]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
