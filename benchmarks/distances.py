"""Speed of the distances beside gensim and POT, and of the search beside brute force.

    python -m benchmarks.distances
    python -m benchmarks.distances --texts dev.tsv --vectors chars.vec.gz

Pairs: texts of 10 to 30 words, drawn from 5000 random unit vectors of 100 dimensions; gensim has the same vectors. The
libraries run in turns within a round; the page shows the medians of the rounds.

Search: every sentence of a tsv of pairs, with its characters as words, and synthetic texts. The answers must equal
those of brute force with `TextIndex.distances`, the fastest way in this project to all distances of a query. Writes
benchmarks/distances.md. Needs gensim.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import DATA, current_command
from textzoo.similarity import TextIndex, WordEmbedder, WordVectors, paired_distances
from textzoo.similarity.transport import import_solver

import_solver()  # keeps POT from importing the frameworks
import gensim  # noqa: E402
import ot  # noqa: E402

NUM_PAIRS = 2000
NUM_QUERIES = 20
SYNTHETIC_QUERIES = 5
MEASURES: dict[str, Any] = {
    "WMD": {"cost": "euclidean", "weighting": "uniform"},
    "WRD": {"cost": "cosine", "weighting": "norm"},
    "cosine of means": {"cost": "cosine", "pooling": "mean"},
}


def seconds(function) -> float:
    """Returns the seconds of a call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def pairs_table(rounds: int) -> str:
    """Returns the table of distances of pairs per second."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(5000, 100))
    table = (table / np.linalg.norm(table, axis=1, keepdims=True)).astype("float32")
    names = [str(i) for i in range(len(table))]
    keyed = gensim.models.KeyedVectors(100)
    keyed.add_vectors(names, table)
    texts = [[rng.choice(len(table), n) for n in rng.integers(10, 31, NUM_PAIRS)] for _ in range(2)]
    words = [[[names[i] for i in text] for text in side] for side in texts]
    xs, ys = ([table[text] for text in side] for side in texts)

    def emd2() -> list:
        return [
            ot.emd2(ot.unif(len(x)), ot.unif(len(y)), ot.dist(x, y, metric="euclidean"))
            for x, y in zip(xs, ys, strict=True)
        ]

    libraries = {
        "textzoo `paired_distances`": lambda: paired_distances(xs, ys),
        "`ot.emd2(ot.unif(n), ot.unif(m), ot.dist(x, y))`": emd2,
        "gensim `wmdistance`": lambda: [keyed.wmdistance(x, y, norm=False) for x, y in zip(*words, strict=True)],
    }
    ours, *others = (np.array(function()) for function in libraries.values())
    for other in others:
        np.testing.assert_allclose(ours, other, rtol=1e-4)  # theirs are float32
    rates: dict[str, list[float]] = {name: [] for name in libraries}
    for _ in range(rounds):
        for name, function in libraries.items():
            rates[name].append(NUM_PAIRS / seconds(function))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    base = next(iter(medians.values()))
    lines = ["| library | pairs per second | speed-up of textzoo |", "|---|---|---|"]
    lines += [f"| {name} | {rate:.0f} | {base / rate:.1f} |" for name, rate in medians.items()]
    return "\n".join(lines)


def search_table(texts: Path, vectors: Path, *, synthetic: int) -> str:
    """Returns the table of queries per second."""
    rng = np.random.default_rng(0)
    words = rng.normal(size=(20_000, 100)).astype("float32")
    drawn = [words[rng.integers(len(words), size=15)] for _ in range(synthetic + SYNTHETIC_QUERIES)]
    sets = [("synthetic", drawn[SYNTHETIC_QUERIES:], drawn[:SYNTHETIC_QUERIES], ["WMD"])]
    if texts.exists() and vectors.exists():
        lines = [line.split("\t")[:2] for line in texts.read_text(encoding="utf-8").split("\n") if line]
        stored = WordEmbedder(WordVectors.load(vectors))([text for line in lines for text in line])[1]
        queries = [stored[i] for i in rng.choice(len(stored), NUM_QUERIES, replace=False)]
        sets.insert(0, (texts.name, stored, queries, list(MEASURES)))
    head = (
        "texts",
        "measure",
        "µs per text to build",
        "bytes per text",
        "queries per second",
        "brute force",
        "speed-up",
        "dual bound",
        "transport",
        "different answers",
    )
    rows = [search_row(name, measure, stored, queries) for name, stored, queries, names in sets for measure in names]
    return "\n".join(
        [
            f"Top 10, one query at a time. `synthetic` has {synthetic} texts of 15 words, drawn from 20000 random "
            f"vectors of 100 dimensions, and {SYNTHETIC_QUERIES} queries; the others have {NUM_QUERIES} queries, "
            "sentences of their own. The dual bound and transport columns are the fractions of the stored texts for "
            "which each was computed.",
            "",
            f"| {' | '.join(head)} |",
            "|---" * len(head) + "|",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
    )


def search_row(name: str, measure: str, stored: list, queries: list) -> list[str]:
    """Returns the cells of one row of the search table."""
    index = TextIndex(**MEASURES[measure])
    build = seconds(lambda: index.add(stored))
    with tempfile.TemporaryDirectory() as folder:
        index.save(folder)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.npy"))
        index.top_k(queries[0], 10)
        index.counts = dict.fromkeys(index.counts, 0)
        fast, slow, different = [], [], 0
        for query in queries:
            start = time.perf_counter()
            matches = index.top_k(query, 10)
            middle = time.perf_counter()
            distances = index.distances(query)
            best = np.lexsort((np.arange(len(distances)), distances))[:10]
            slow.append(time.perf_counter() - middle)
            fast.append(middle - start)
            different += [(match.number, match.distance) for match in matches] != [(i, distances[i]) for i in best]
    fractions = {key: count / index.counts["pairs"] for key, count in index.counts.items()}
    fast_rate, slow_rate = (1 / statistics.mean(times) for times in (fast, slow))
    return [
        f"{name} ({len(stored)})",
        measure,
        f"{build / len(stored) * 1e6:.1f}",
        f"{size / len(stored):.0f}",
        f"{fast_rate:.1f}",
        f"{slow_rate:.3g}",
        f"{fast_rate / slow_rate:.1f}",
        f"{fractions['bounds']:.2%}",
        f"{fractions['transport']:.2%}",
        str(different),
    ]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--texts", type=Path, default=DATA / "similarity_lcqmc/dev.tsv", help="tsv, one pair per line")
    parser.add_argument("--vectors", type=Path, default=DATA / "vectors_zh/chars.vec.gz", help="character vectors")
    parser.add_argument("--synthetic", type=int, default=100_000, help="number of synthetic texts to search")
    options = parser.parse_args(argv)
    text = (
        f"`{current_command()}`, POT {ot.__version__}, gensim {gensim.__version__}, {os.cpu_count()} cores, "
        f"{platform.machine()}. Rates depend on the load of the machine; compare them within a table.\n\n"
        f"{pairs_table(options.rounds)}\n\n"
    )
    text += search_table(options.texts, options.vectors, synthetic=options.synthetic) + "\n"
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
