"""Pairs per second beside bert4keras, and questions per second beside decoder-only models of the same size.

    python -m benchmarks.qa_speed --bert4keras-python bert4keras/bin/python

Random weights, passages of 64 to 256 tokens, 10 pairs per passage: answers of 16 tokens, questions of 32. The end
token has a bias of -1e4, so that nothing ends earlier.

bert4keras loads the same weights; the script first checks that its logits agree. bert4keras generates the first
`--fraction` of the tokens of ten answers and of one question, which are its cheapest; its time for 10 whole pairs is
extrapolated from them. transformers and CTranslate2 generate questions for 10 given answers per passage, as
`QAGenerator.generate_questions` does.

Each side has its own process, and they run in turns. The page shows medians, and the extremes of the ratio within a
round. The first round does not count: it traces and compiles, and the peers generate a few tokens. The MiB of the
light engine include Keras and its model, which are in the same process. The light engine uses as many cores as
TEXTZOO_THREADS says, one by default; all others use every core. Writes benchmarks/qa_speed.md, one section per size,
number of passages and number of beams.
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
from typing import Any

from benchmarks.harness import machine, median, peer_versions, ratio, write_section
from benchmarks.peers.peer import Peer, peak_mib, reset_peak

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from benchmarks.peers.no_eos_encoder import no_eos_encoder
from textzoo.inference import LightQAGenerator
from textzoo.inference.export_graphs import export_graphs
from textzoo.inference.light_session import num_threads
from textzoo.models import QAGenerator, QAPreprocessor

NUM_PAIRS, ANSWER_LENGTH, QUESTION_LENGTH = 10, 16, 32
TRACED_LENGTH = 3  # tokens after which bert4keras's graph has been traced for all lengths
PEERS = ("transformers", "float32", "int8")
ENGINES = ("Keras", "Keras, XLA", "light", "light int8")


def qa_engines(model: QAGenerator, preset: str | Path, int8: Path) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Returns each engine's model with its options, by the names in ENGINES; `preset` holds the model's files.

    The 8-bit files are written to the folder `int8`.
    """
    export_graphs(preset, int8, quantize="int8")
    return {
        "Keras": (model, {"jit_compile": False}),
        "Keras, XLA": (model, {"jit_compile": True}),
        "light": (LightQAGenerator.from_preset(preset), {}),
        "light int8": (LightQAGenerator.from_preset(int8), {}),
    }


class TextzooQA:
    """Generator of this project, and passages of 64 to 256 tokens with ten answers each."""

    def __init__(self, num_layers: int, hidden_size: int, folder: Path, count: int):
        lengths = np.linspace(62, 254, count).astype(int).tolist() if count > 1 else [158]
        encoder, self.texts = no_eos_encoder(num_layers, hidden_size, lengths, folder)
        self.end = encoder.tokenizer.sep_id
        self.model = QAGenerator(
            encoder,
            QAPreprocessor(
                encoder.tokenizer,
                max_source_length=256,
                max_answer_length=ANSWER_LENGTH,
                max_question_length=QUESTION_LENGTH,
            ),
        )
        self.sources = [encoder.tokenizer.encode(text).ids.tolist() for text in self.texts]
        random = np.random.default_rng(0)
        starts = [random.choice(length - ANSWER_LENGTH, NUM_PAIRS, replace=False) for length in lengths]
        self.answers = [[(int(start), int(start) + ANSWER_LENGTH) for start in row] for row in starts]
        self.answer_ids = [
            [source[s + 1 : s + 1 + ANSWER_LENGTH] for s in map(int, row)]
            for source, row in zip(self.sources, starts, strict=True)
        ]

        self.model.save_to_preset(folder / "model")
        self.engines = qa_engines(self.model, folder / "model", folder / "int8")

    def pairs(self, num_beams: int, engine: str) -> float:
        """Returns requested pairs per second. The computation is the same if overlaps leave fewer answers."""
        model, options = self.engines[engine]
        start = time.perf_counter()
        model.generate(
            self.texts,
            NUM_PAIRS,
            num_beams=num_beams,
            max_answer_length=ANSWER_LENGTH,
            max_question_length=QUESTION_LENGTH,
            align_to_words=False,
            **options,
        )
        return NUM_PAIRS * len(self.texts) / (time.perf_counter() - start)

    def questions(self, num_beams: int, engine: str) -> float:
        """Returns questions per second for given answers."""
        model, options = self.engines[engine]
        start = time.perf_counter()
        generated = model.generate_questions(
            self.texts, self.answers, num_beams=num_beams, max_question_length=QUESTION_LENGTH, **options
        )
        return sum(map(len, generated)) / (time.perf_counter() - start)

    def check(self, peer: Peer) -> float:
        """Returns the largest difference of bert4keras's logits from ours, after a passage and an answer."""
        source, target = self.sources[0], [*self.answer_ids[0][0], self.end]
        theirs = peer.ask(method="logits", row=source + target, segments=[0] * len(source) + [1] * len(target))[
            "logits"
        ]
        ours = self.model({"source_ids": np.array([source]), "target_ids": np.array([[[*target, self.end]]])})
        difference = float(np.abs(np.array(theirs) - np.asarray(ours)[0, 0, -1]).max())
        if difference > 1e-3:
            raise ValueError(f"Expected equal logits of bert4keras and textzoo. Received: a difference of {difference}")
        return difference


def rows(size: str, count: int, options) -> Iterator[tuple[int, list[str], str]]:
    """Yields, for each number of beams, the rows of the table and the versions of the peers."""
    num_layers, hidden_size = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as name:
        ours, peers = TextzooQA(num_layers, hidden_size, Path(name), count), {}
        if options.bert4keras_python:
            peers["bert4keras"] = Peer(options.bert4keras_python, "bert4keras_generation.py", name)
            print(f"logits: bert4keras differs by {ours.check(peers['bert4keras']):.1e}", flush=True)
        given = [[source, answers] for source, answers in zip(ours.sources, ours.answer_ids, strict=True)]
        for kind in options.peers:
            peers[kind] = Peer(options.python, "decoder_only.py", name, kind)
        outputs = {kind: "pairs" if kind == "bert4keras" else "questions" for kind in peers}
        for num_beams in options.num_beams:
            rates: dict[str, list[float]] = {}
            peak: dict[str, float] = {}
            for number in range(options.rounds + 1):
                rate = {}
                for output in dict.fromkeys(outputs.values()):
                    for engine in options.engines:
                        reset_peak()
                        rate[f"{output} {engine}"] = getattr(ours, output)(num_beams, engine)
                        peak[f"{output} {engine}"] = peak_mib()
                for kind, peer in peers.items():
                    if kind == "bert4keras":
                        lengths = [
                            math.ceil(options.fraction * length) if number else TRACED_LENGTH
                            for length in (ANSWER_LENGTH, QUESTION_LENGTH)
                        ]
                        request = {"passage": count // 2, "count": NUM_PAIRS, "beams": num_beams, "end_id": ours.end}
                        request |= {"answer_length": lengths[0], "question_length": lengths[1]}
                        reply = peer.ask(method="pairs", **request)
                        answer = reply["answers"] / NUM_PAIRS * ANSWER_LENGTH / lengths[0]
                        rate[kind] = 1 / (answer + reply["question"] * QUESTION_LENGTH / lengths[1])
                    else:
                        reply = peer.ask(rows=given, beams=num_beams, length=QUESTION_LENGTH if number else 1)
                        rate[kind] = NUM_PAIRS * count / reply["seconds"]
                    peak[kind] = reply["peak_mib"]
                if number:  # the first round traces and compiles
                    for kind, value in rate.items():
                        rates.setdefault(kind, []).append(value)
            lines = []
            for kind, output in outputs.items():
                for engine in options.engines:
                    mine = f"{output} {engine}"
                    cells = [output, engine, kind]
                    cells += [median(rates[mine]), median(rates[kind]), ratio(rates[mine], rates[kind])]
                    cells += [f"{peak[mine]:.0f}", f"{peak[kind]:.0f}"]
                    lines.append("| " + " | ".join(map(str, cells)) + " |")
                    print(size, count, num_beams, lines[-1], flush=True)
            yield num_beams, lines, peer_versions(peers)
        for peer in peers.values():
            peer.close()


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bert4keras-python", help="interpreter that has bert4keras; default: skip it")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has transformers and CTranslate2")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--sizes", nargs="+", default=["4x312", "12x768"])
    parser.add_argument("--passages", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--num-beams", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--fraction", type=float, default=1.0, help="fraction of the tokens that bert4keras generates")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    columns = ["output", "engine", "peer", "textzoo per second", "peer per second", "ratio", "MiB", "peer MiB"]
    table = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    bert4keras = f" --fraction {options.fraction:g} --bert4keras-python PYTHON" if options.bert4keras_python else ""
    for size in options.sizes:
        for count in options.passages:
            for num_beams, lines, versions in rows(size, count, options):
                head = (
                    f"`python -m benchmarks.qa_speed --sizes {size} --passages {count} --num-beams {num_beams} "
                    f"--rounds {options.rounds}{bert4keras}`, float32 where no int8 is named. Medians with the "
                    "extremes of the ratio in brackets. MiB: peak memory of "
                    f"the process. The light engine uses {num_threads()} of the cores. {machine()}. textzoo: "
                    f"tensorflow {version('tensorflow')}, keras {version('keras')}, "
                    f"onnxruntime {version('onnxruntime')}; {versions}."
                )
                section = f"{size}, {count} passage{'s' * (count > 1)}, {num_beams} beam{'s' * (num_beams > 1)}"
                write_section(options.page, section, [head, "", *table, *lines])


if __name__ == "__main__":
    main()
