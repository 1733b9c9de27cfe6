"""Titles per second beside bert4keras, transformers and CTranslate2.

    python -m benchmarks.title_speed --bert4keras-python bert4keras/bin/python

Random weights, articles of 256 tokens, titles of 32 tokens with 4 beams. The end token has a bias of -1e4, so that
nothing ends earlier.

bert4keras loads the same weights; the script first checks that its logits agree. Its rate is that of the first
`--bert4keras-articles` articles. transformers and CTranslate2 continue the article with a decoder-only model of the
same size: `generate` with its key-value cache over 32 articles at once, and `generate_batch`.

Each side has its own process, and they run in turns. The first round does not count: it traces and compiles, and the
peers generate three tokens per title. The MiB of the light engine include Keras and its model, which are in the same
process. It uses one core, all others use every core. Writes benchmarks/title_speed.md, one section per size.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import machine, median, peer_versions, ratio, write_section
from benchmarks.peers.peer import Peer

SOURCE_LENGTH, TITLE_LENGTH = 256, 32
PEERS = ("transformers", "float32", "int8")
OURS = {
    (decoder, engine): f"textzoo, {decoder}, {engine}"
    for decoder in ("left_to_right", "bidirectional")
    for engine in ("plain", "XLA", "light")
}


def check(ours: Peer, theirs: Peer, row: list[int]) -> None:
    """Checks that bert4keras's logits agree with ours after an article and eight tokens."""
    target = row[1:9]
    a = ours.ask(source=row, target=target)["logits"]
    b = theirs.ask(method="logits", row=row + target, segments=[0] * len(row) + [1] * len(target))["logits"]
    difference = max(abs(x - y) for x, y in zip(a, b, strict=True))
    if difference > 1e-3:
        raise ValueError(f"Expected equal logits of bert4keras and textzoo. Received: a difference of {difference}")
    print(f"logits: bert4keras differs by {difference:.1e}", flush=True)


def rows(size: str, articles: int, options) -> tuple[list[str], str]:
    """Returns the rows of the table and the versions of all sides."""
    num_layers, hidden_size = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        peers = {
            "textzoo": Peer(
                sys.executable, "textzoo_titles.py", folder, num_layers, hidden_size, articles, SOURCE_LENGTH
            )
        }
        sources = json.loads((Path(folder) / "sources.json").read_text())
        end_id = sources[0][-1]
        if options.bert4keras_python:
            peers["bert4keras"] = Peer(options.bert4keras_python, "bert4keras_generation.py", folder)
            check(peers["textzoo"], peers["bert4keras"], sources[0])
        for kind in options.peers:
            peers[kind] = Peer(options.python, "decoder_only.py", folder, kind)
        work = {"beams": options.num_beams, "length": options.length}
        num_articles = min(options.bert4keras_articles, articles)
        runs = {
            name: ("textzoo", articles, {"decoder": decoder, "engine": engine, "articles": articles, **work})
            for (decoder, engine), name in OURS.items()
        }
        if "bert4keras" in peers:
            request = {"method": "titles", "articles": num_articles, "end_id": end_id, **work}
            runs["bert4keras"] = "bert4keras", num_articles, request
        for kind in options.peers:
            name = kind if kind == "transformers" else f"CTranslate2 {kind}"
            runs[name] = kind, articles, {"rows": [[source, [[]]] for source in sources], **work}
        rates: dict[str, list[float]] = {name: [] for name in runs}
        peak: dict[str, float] = {}
        for number in range(options.rounds + 1):
            for name, (side, count, request) in runs.items():
                warmup = {"length": 3} if number == 0 and side != "textzoo" else {}
                reply = peers[side].ask(**request | warmup)
                peak[name] = reply["peak_mib"]
                if number:
                    rates[name].append(count / reply["seconds"])
        for peer in peers.values():
            peer.close()
    lines = []
    for name, values in rates.items():
        cells = [articles, name, median(values), *(ratio(rates[mine], values) for mine in OURS.values())]
        lines.append("| " + " | ".join(map(str, [*cells, f"{peak[name]:.0f}"])) + " |")
        print(lines[-1], flush=True)
    return lines, peer_versions(peers)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bert4keras-python", help="interpreter that has bert4keras; default: skip it")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has transformers and CTranslate2")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--sizes", nargs="+", default=["4x312", "12x768"])
    parser.add_argument("--articles", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--num-beams", type=int, default=4, help="beams of both directions together")
    parser.add_argument("--length", type=int, default=TITLE_LENGTH, help="tokens per title")
    parser.add_argument("--bert4keras-articles", type=int, default=1, help="articles that bert4keras is timed on")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    columns = ["articles", "library", "titles per second", *(f"relative to {name}" for name in OURS.values()), "MiB"]
    table = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for size in options.sizes:
        lines = [*table]
        for articles in options.articles:
            new_lines, versions = rows(size, articles, options)
            lines += new_lines
            head = (
                f"`python -m benchmarks.title_speed --sizes {size} --rounds {options.rounds} --bert4keras-python "
                f"PYTHON`, titles of {options.length} tokens for articles of {SOURCE_LENGTH} tokens, "
                f"{options.num_beams} beams, float32 except for int8. Medians. The relative columns are the speed of "
                "that side of textzoo divided by the row's speed, with the extremes in brackets. MiB: peak memory of "
                f"the process. {machine()}. {versions}."
            )
            write_section(options.page, size, [head, "", *lines])


if __name__ == "__main__":
    main()
