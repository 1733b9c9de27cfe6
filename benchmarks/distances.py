"""Speed of the distances: against gensim and POT pair by pair, and of the search against brute force.

    python benchmarks/distances.py
    python benchmarks/distances.py --texts dev.tsv --vectors chars.vec.gz

Pairs: texts of 10 to 30 words drawn from 5000 random unit vectors, d = 100; gensim has the same vectors under their
numbers. The rivals take turns within a round, and the medians of the rounds are shown. Search: every sentence of a tsv
of pairs, its characters being the words; answers must be those of brute force with `TextIndex.distances`, which is this
project's fastest way to all distances of a query. Writes benchmarks/distances.md. Needs gensim.
"""

import argparse
import os
import platform
import statistics
import time
from pathlib import Path

import numpy as np
from this_command import this_command

from textzoo.similarity import TextIndex, WordEmbedder, WordVectors, paired_distances

import ot  # isort: skip  after textzoo, which keeps POT from importing the frameworks
import gensim

DATA = Path(__file__).resolve().parent.parent.parent / "shared/data"
PAIRS = 2000
QUERIES = 100
MEASURES = {"WMD": ("euclidean", "uniform"), "WRD": ("cosine", "norm")}


def seconds(function) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def pairs_table(rounds: int) -> str:
    rng = np.random.default_rng(0)
    table = rng.normal(size=(5000, 100))
    table = (table / np.linalg.norm(table, axis=1, keepdims=True)).astype("float32")
    names = [str(i) for i in range(len(table))]
    keyed = gensim.models.KeyedVectors(100)
    keyed.add_vectors(names, table)
    texts = [[rng.choice(len(table), n) for n in rng.integers(10, 31, PAIRS)] for _ in range(2)]
    words = [[[names[i] for i in text] for text in side] for side in texts]
    xs, ys = ([table[text] for text in side] for side in texts)

    def emd2() -> list:
        return [
            ot.emd2(ot.unif(len(x)), ot.unif(len(y)), ot.dist(x, y, metric="euclidean"))
            for x, y in zip(xs, ys, strict=True)
        ]

    ways = {
        "textzoo `paired_distances`": lambda: paired_distances(xs, ys),
        "`ot.emd2(ot.unif(n), ot.unif(m), ot.dist(x, y))`": emd2,
        "gensim `wmdistance`": lambda: [keyed.wmdistance(x, y, norm=False) for x, y in zip(*words, strict=True)],
    }
    ours, *others = (np.array(way()) for way in ways.values())
    for other in others:
        np.testing.assert_allclose(ours, other, rtol=1e-4)  # theirs are float32
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            rates[name].append(PAIRS / seconds(way))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    base = next(iter(medians.values()))
    lines = ["| | pairs a second | textzoo is faster by |", "|---|---|---|"]
    lines += [f"| {name} | {rate:.0f} | {base / rate:.1f} |" for name, rate in medians.items()]
    return "\n".join(lines)


def search_table(texts: Path, vectors: Path) -> str:
    embed = WordEmbedder(WordVectors.load(vectors))
    sentences = [
        text for line in texts.read_text(encoding="utf-8").split("\n") if line for text in line.split("\t")[:2]
    ]
    stored = embed(sentences)[1]
    numbers = np.random.default_rng(0).choice(len(stored), QUERIES, replace=False)
    queries = [stored[i] for i in numbers]
    lines = [
        f"{len(stored)} sentences, {QUERIES} of them as queries, top 10, one query at a time.",
        "",
        "| | queries a second | brute force | faster by | came to the relaxed bound | to transport | other answers |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, measure in MEASURES.items():
        index = TextIndex(*measure)
        index.add(stored)
        index.top_k(queries[0], 10)
        index.counts = dict.fromkeys(index.counts, 0)
        fast, slow, different = [], [], 0
        for query in queries:
            start = time.perf_counter()
            found = index.top_k(query, 10)
            middle = time.perf_counter()
            distances = index.distances(query)
            best = np.lexsort((np.arange(len(distances)), distances))[:10]
            slow.append(time.perf_counter() - middle)
            fast.append(middle - start)
            different += [(match.number, match.distance) for match in found] != [(i, distances[i]) for i in best]
        share = {key: count / index.counts["pairs"] for key, count in index.counts.items()}
        fast_rate, slow_rate = (1 / statistics.mean(times) for times in (fast, slow))
        lines.append(
            f"| {name} | {fast_rate:.1f} | {slow_rate:.2f} | {fast_rate / slow_rate:.1f} | {share['relaxed']:.1%} "
            f"| {share['transport']:.2%} | {different} |"
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--texts", type=Path, default=DATA / "similarity_lcqmc/dev.tsv", help="tsv, a pair a line")
    parser.add_argument("--vectors", type=Path, default=DATA / "vectors_zh/chars.vec.gz", help="of characters")
    arguments = parser.parse_args(argv)
    text = (
        f"`{this_command()}`, POT {ot.__version__}, gensim {gensim.__version__}, {os.cpu_count()} cores, "
        f"{platform.machine()}.\n\n{pairs_table(arguments.rounds)}\n\n"
    )
    if arguments.texts.exists() and arguments.vectors.exists():
        text += search_table(arguments.texts, arguments.vectors) + "\n"
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
