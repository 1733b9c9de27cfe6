"""Titles a second: `TitleGenerator` beside bert4keras's loop, transformers and CTranslate2.

    python benchmarks/title_speed.py --bert4keras-python bert4keras/bin/python

Random weights, articles of 256 tokens, titles of 32 with 4 beams, no end before that (the bias of the end token is
-1e4). bert4keras loads the same weights; that its logits are ours is checked first; its rate is that of the first
`--asked` articles. transformers and CTranslate2 write on with a decoder-only model of the same size that was given the
article: `generate` with its key-value cache over 32 articles at once, and `generate_batch`. All run in turns, each in
a process of its own; the first round, which traces and compiles and in which the peers write three tokens a title, is
apart. Writes benchmarks/title_speed.md, the tables of its sizes.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from peers.peer import Peer
from side_by_side import machine, median, ratio, versions, write_part

SOURCE, TITLE = 256, 32
PEERS = ("transformers", "float32", "int8")
OURS = {
    (decoder, jit_compile): f"textzoo, {decoder}, {'XLA' if jit_compile else 'plain'}"
    for decoder in ("left_to_right", "bidirectional")
    for jit_compile in (False, True)
}


def check(ours: Peer, theirs: Peer, row: list[int]) -> None:
    """bert4keras's logits are ours, after an article and eight tokens."""
    target = row[1:9]
    a = ours.ask(source=row, target=target)["logits"]
    b = theirs.ask(what="logits", row=row + target, segments=[0] * len(row) + [1] * len(target))["logits"]
    difference = max(abs(x - y) for x, y in zip(a, b, strict=True))
    if difference > 1e-3:
        raise ValueError(f"Expected bert4keras's logits to be ours. Received: a difference of {difference}.")
    print(f"logits: bert4keras differs by {difference:.1e}", flush=True)


def rows(size: str, articles: int, options) -> tuple[list[str], str]:
    """The table's rows, and the versions of all sides."""
    layers, width = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        peers = {"textzoo": Peer(sys.executable, "textzoo_titles.py", folder, layers, width, articles, SOURCE)}
        sources = json.loads((Path(folder) / "sources.json").read_text())
        end_id = sources[0][-1]
        if options.bert4keras_python:
            peers["bert4keras"] = Peer(options.bert4keras_python, "bert4keras_generation.py", folder)
            check(peers["textzoo"], peers["bert4keras"], sources[0])
        for kind in options.peers:
            peers[kind] = Peer(options.python, "decoder_only.py", folder, kind)
        work = {"beams": options.beams, "length": options.length}
        asked = min(options.asked, articles)
        asks = {
            name: ("textzoo", articles, {"decoder": decoder, "jit_compile": jit_compile, "articles": articles, **work})
            for (decoder, jit_compile), name in OURS.items()
        }
        if "bert4keras" in peers:
            asks["bert4keras"] = "bert4keras", asked, {"what": "titles", "articles": asked, "end_id": end_id, **work}
        for kind in options.peers:
            name = kind if kind == "transformers" else f"CTranslate2 {kind}"
            asks[name] = kind, articles, {"rows": [[source, [[]]] for source in sources], **work}
        rates: dict[str, list[float]] = {name: [] for name in asks}
        peak: dict[str, float] = {}
        for number in range(options.rounds + 1):
            for name, (side, count, question) in asks.items():
                warm = {"length": 3} if number == 0 and side != "textzoo" else {}
                done = peers[side].ask(**question | warm)
                peak[name] = done["peak_mib"]
                if number:
                    rates[name].append(count / done["seconds"])
        for peer in peers.values():
            peer.close()
    lines = []
    for name, found in rates.items():
        cells = [articles, name, median(found), *(ratio(rates[mine], found) for mine in OURS.values())]
        lines.append("| " + " | ".join(map(str, [*cells, f"{peak[name]:.0f}"])) + " |")
        print(lines[-1], flush=True)
    return lines, versions(peers)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bert4keras-python", help="an interpreter that has bert4keras; without it, it is left out")
    parser.add_argument("--python", default=sys.executable, help="one that has transformers and CTranslate2")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--sizes", nargs="+", default=["4x312", "12x768"])
    parser.add_argument("--articles", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--beams", type=int, default=4, help="of both directions together")
    parser.add_argument("--length", type=int, default=TITLE, help="tokens of a title")
    parser.add_argument("--asked", type=int, default=1, help="articles that bert4keras is timed on")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args(argv)
    columns = ["articles", "who", "titles a second", *(f"to {name}" for name in OURS.values()), "MiB"]
    table = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for size in options.sizes:
        lines = [*table]
        for articles in options.articles:
            more, found = rows(size, articles, options)
            lines += more
            head = (
                f"Titles of {options.length} tokens for articles of {SOURCE}, {options.beams} beams: `python "
                f"benchmarks/title_speed.py --sizes {size} --rounds {options.rounds}`, medians, float32 unless it says "
                'int8. Columns "to" say how many times as fast that side of textzoo is, extremes in brackets; '
                f"peak memory of the process. {machine()}. {found}."
            )
            write_part(options.page, size, [head, "", *lines])


if __name__ == "__main__":
    main()
