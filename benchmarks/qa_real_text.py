"""Questions per second on real text, where each question ends where the model ends it.

    python -m benchmarks.qa_real_text

The preset tiny-zh writes a question for each of up to ten answers of passages of CMRC2018, with one beam. transformers
and CTranslate2 continue the same tokens, passage and answer, with a decoder-only model of the same size and random
weights. Each of their questions has as many tokens as the preset's. A finished question leaves CTranslate2's batch;
transformers computes it until the last of its batch is finished.

Each side has its own process, and they run in turns. The first round does not count. The light engine uses one core,
all others use every core. The MiB of the light engine include Keras and its model, which are in the same process.
Writes benchmarks/qa_real_text.md, one section per number of passages.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import DATA, current_command, machine, median, peer_versions, ratio, write_section
from benchmarks.peers.peer import Peer, peak_mib, reset_peak
from benchmarks.qa_speed import qa_engines

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from textzoo.data import group_sentences, read_qa
from textzoo.models import QAGenerator

PRESET, MAX_ANSWERS, MAX_CHARACTERS = "tiny-zh", 10, 240
PEERS = {"transformers": "transformers", "float32": "CTranslate2", "int8": "CTranslate2 int8"}


def passages(count: int) -> list[str]:
    """Returns runs of sentences of CMRC2018, one of each passage."""
    whole = dict.fromkeys(example.passage for example in read_qa(DATA / "qa_cmrc2018" / "dev.json", on_error="skip"))
    return [next(iter(group_sentences(text, MAX_CHARACTERS))) for text in list(whole)[:count]]


def section(count: int, rounds: int, python: str) -> list[str]:
    """Returns the lines of the section of a number of passages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engines = qa_engines(QAGenerator.from_preset(PRESET), PRESET, folder / "int8")
        light, _ = engines["light"]
        tokenizer, encoder = light.preprocessor.tokenizer, light.graphs.model.encoder
        size = {key: encoder[key] for key in ("vocab_size", "hidden_size", "num_layers", "num_heads")}
        (folder / "peer.json").write_text(json.dumps(size))
        texts = passages(count)
        found = light.generate(texts, MAX_ANSWERS, num_beams=1, seed=0)
        answers = [[(pair.start, pair.end) for pair in pairs] for pairs in found]
        rows = [
            [tokenizer.encode(text).ids.tolist(), [tokenizer.tokenize(pair.answer).ids.tolist() for pair in pairs]]
            for text, pairs in zip(texts, found, strict=True)
        ]
        written = light.generate_questions(texts, answers, num_beams=1)
        ends = [len(tokenizer.tokenize(pair.question).ids) + 1 for pairs in written for pair in pairs]
        total = len(ends)
        peers = {kind: Peer(python, "decoder_only.py", folder, kind) for kind in PEERS}
        rates: dict[str, list[float]] = {}
        peak: dict[str, float] = {}
        for number in range(rounds + 1):
            for engine, (side, options) in engines.items():
                reset_peak()
                start = time.perf_counter()
                side.generate_questions(texts, answers, num_beams=1, **options)
                if number:
                    rates.setdefault(engine, []).append(total / (time.perf_counter() - start))
                peak[engine] = peak_mib()
            for kind, peer in peers.items():
                reply = peer.ask(rows=rows, beams=1, length=max(ends), ends=ends)
                if number:
                    rates.setdefault(kind, []).append(total / reply["seconds"])
                peak[kind] = reply["peak_mib"]
        versions = peer_versions(peers)
        for peer in peers.values():
            peer.close()
    head = (
        f"`{current_command()}`, {total} questions of {sum(ends) / total:.1f} tokens on average and {max(ends)} at "
        f"most, {size['num_layers']} layers x {size['hidden_size']}, one beam, float32 where no int8 is named. "
        f"Medians with the extremes of the ratio in brackets. {machine()}. textzoo: tensorflow "
        f"{version('tensorflow')}, keras {version('keras')}, onnxruntime {version('onnxruntime')}; {versions}."
    )
    columns = ["engine", "questions per second", *(f"relative to {name}" for name in PEERS.values()), "MiB"]
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for engine in engines:
        cells = [engine, median(rates[engine]), *(ratio(rates[engine], rates[kind]) for kind in PEERS)]
        lines.append("| " + " | ".join([*cells, f"{peak[engine]:.0f}"]) + " |")
    for kind, name in PEERS.items():
        lines.append("| " + " | ".join([name, median(rates[kind]), *["–"] * len(PEERS), f"{peak[kind]:.0f}"]) + " |")
    return [head, "", *lines]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="interpreter that has transformers and CTranslate2")
    parser.add_argument("--passages", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    for count in options.passages:
        lines = section(count, options.rounds, options.python)
        print("\n".join(lines), flush=True)
        write_section(options.page, f"{count} passage{'s' * (count > 1)}", lines)


if __name__ == "__main__":
    main()
