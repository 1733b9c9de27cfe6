"""Pairs a second: `QAGenerator` beside bert4keras's loop, its questions beside decoder-only models of the same size.

    python benchmarks/question_answer_pairs.py --bert4keras-python bert4keras/bin/python

Random weights, passages of 64 to 256 tokens, 10 pairs each: answers of 16 tokens, questions of 32, no end before that
(the bias of the end token is -1e4). bert4keras loads the same weights; that its logits are ours is checked first. It
writes the first `--share` of the tokens of ten answers and of one question, which are its cheapest, and its time for 10
whole pairs is reckoned from them. transformers and CTranslate2 write questions for 10 given answers a passage, as
`QAGenerator.generate_questions` does. All run in turns, each in a process of its own; medians, and extremes of the
ratio within a round. The first round, which traces and compiles and in which the peers write a few tokens, is apart.
Writes benchmarks/question_answer_pairs.md, a table for each size, number of passages and number of beams.
"""

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from peers.endless_encoder import endless_encoder
from peers.peer import Peer, peak_mib, reset_peak
from side_by_side import machine, median, ratio, versions, write_part

from textzoo.models import QAGenerator, QAPreprocessor

PAIRS, ANSWER, QUESTION = 10, 16, 32
TRACED = 3  # tokens after which bert4keras's graph has been traced for all lengths
PEERS = ("transformers", "float32", "int8")


class Ours:
    """The model, and passages of 64 to 256 tokens with ten answers each."""

    def __init__(self, layers: int, width: int, folder: Path, count: int):
        lengths = np.linspace(62, 254, count).astype(int).tolist() if count > 1 else [158]
        encoder, self.texts = endless_encoder(layers, width, lengths, folder)
        self.end = encoder.tokenizer.sep_id
        self.model = QAGenerator(encoder, QAPreprocessor(encoder.tokenizer, 256, ANSWER, QUESTION))
        self.sources = [encoder.tokenizer.encode(text).ids.tolist() for text in self.texts]
        random = np.random.default_rng(0)
        starts = [random.choice(length - ANSWER, PAIRS, replace=False) for length in lengths]
        self.answers = [[t[s : s + ANSWER] for s in row] for t, row in zip(self.texts, starts, strict=True)]
        self.answer_ids = [
            [source[s + 1 : s + 1 + ANSWER] for s in map(int, row)]
            for source, row in zip(self.sources, starts, strict=True)
        ]

    def pairs(self, beams: int, jit_compile: bool) -> float:
        """Pairs a second, of those asked for: as many are computed where fewer answers stand apart."""
        start = time.perf_counter()
        self.model.generate(
            self.texts, PAIRS, beams, 0.95, 1.0, ANSWER, QUESTION, 0, align_to_words=False, jit_compile=jit_compile
        )
        return PAIRS * len(self.texts) / (time.perf_counter() - start)

    def questions(self, beams: int, jit_compile: bool) -> float:
        """Questions a second, for given answers."""
        start = time.perf_counter()
        found = self.model.generate_questions(self.texts, self.answers, beams, QUESTION, jit_compile=jit_compile)
        return sum(map(len, found)) / (time.perf_counter() - start)

    def check(self, peer: Peer) -> float:
        """The largest difference of bert4keras's logits from ours, after a passage and an answer."""
        source, target = self.sources[0], [*self.answer_ids[0][0], self.end]
        theirs = peer.ask(what="logits", row=source + target, segments=[0] * len(source) + [1] * len(target))["logits"]
        ours = self.model({"source_ids": np.array([source]), "target_ids": np.array([[[*target, self.end]]])})
        difference = float(np.abs(np.array(theirs) - np.asarray(ours)[0, 0, -1]).max())
        if difference > 1e-3:
            raise ValueError(f"Expected bert4keras's logits to be ours. Received: a difference of {difference}.")
        return difference


def rows(size: str, count: int, options) -> Iterator[tuple[int, list[str], str]]:
    """For each number of beams the table's rows, and the versions of the peers."""
    layers, width = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as name:
        ours, peers = Ours(layers, width, Path(name), count), {}
        if options.bert4keras_python:
            peers["bert4keras"] = Peer(options.bert4keras_python, "bert4keras_generation.py", name)
            print(f"logits: bert4keras differs by {ours.check(peers['bert4keras']):.1e}", flush=True)
        given = [[source, answers] for source, answers in zip(ours.sources, ours.answer_ids, strict=True)]
        for kind in options.peers:
            peers[kind] = Peer(options.python, "decoder_only.py", name, kind)
        halves = {kind: "pairs" if kind == "bert4keras" else "questions" for kind in peers}
        for beams in options.beams:
            rates: dict[str, list[float]] = {}
            peak: dict[str, float] = {}
            for number in range(options.rounds + 1):
                found = {}
                for half in dict.fromkeys(halves.values()):
                    for jit_compile in (False, True):
                        reset_peak()
                        found[f"{half}{jit_compile}"] = getattr(ours, half)(beams, jit_compile)
                        peak[f"{half}{jit_compile}"] = peak_mib()
                for kind, peer in peers.items():
                    if kind == "bert4keras":
                        lengths = [math.ceil(options.share * n) if number else TRACED for n in (ANSWER, QUESTION)]
                        work = {"passage": count // 2, "count": PAIRS, "beams": beams, "end_id": ours.end}
                        work |= {"answer_length": lengths[0], "question_length": lengths[1]}
                        done = peer.ask(what="pairs", **work)
                        answer = done["answers"] / PAIRS * ANSWER / lengths[0]
                        found[kind] = 1 / (answer + done["question"] * QUESTION / lengths[1])
                    else:
                        done = peer.ask(rows=given, beams=beams, length=QUESTION if number else 1)
                        found[kind] = PAIRS * count / done["seconds"]
                    peak[kind] = done["peak_mib"]
                if number:  # the first round traces and compiles
                    for kind, rate in found.items():
                        rates.setdefault(kind, []).append(rate)
            lines = []
            for kind, half in halves.items():
                for jit_compile in (False, True):
                    mine = f"{half}{jit_compile}"
                    cells = [half, "yes" if jit_compile else "no", kind]
                    cells += [median(rates[mine]), median(rates[kind]), ratio(rates[mine], rates[kind])]
                    cells += [f"{peak[mine]:.0f}", f"{peak[kind]:.0f}"]
                    lines.append("| " + " | ".join(map(str, cells)) + " |")
                    print(size, count, beams, lines[-1], flush=True)
            yield beams, lines, versions(peers)
        for peer in peers.values():
            peer.close()


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bert4keras-python", help="an interpreter that has bert4keras; without it, it is left out")
    parser.add_argument("--python", default=sys.executable, help="one that has transformers and CTranslate2")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--sizes", nargs="+", default=["4x312", "12x768"])
    parser.add_argument("--passages", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--share", type=float, default=1.0, help="of the tokens, what bert4keras writes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args(argv)
    columns = "what XLA peer textzoo_a_second peer_a_second ratio MiB peer's_MiB".split()
    table = ["| " + " | ".join(columns).replace("_", " ") + " |", "|" + "---|" * len(columns)]
    for size in options.sizes:
        for count in options.passages:
            for beams, lines, found in rows(size, count, options):
                head = (
                    f"`question_answer_pairs.py --rounds {options.rounds} --share {options.share:g}`, float32 "
                    "unless the peer is int8; medians, the ratio's extremes in brackets; peak memory of the process in "
                    f"MiB. {machine()}. textzoo: tensorflow {version('tensorflow')}, keras "
                    f"{version('keras')}; {found}."
                )
                part = f"{size}, {count} passage{'s' * (count > 1)}, {beams} beam{'s' * (beams > 1)}"
                write_part(options.page, part, [head, "", *table, *lines])


if __name__ == "__main__":
    main()
