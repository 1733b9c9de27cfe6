"""Agreement of text distances with human similarity scores: Spearman correlation on STS-B with bootstrap intervals.

    python -m experiments.sentence_similarity
    python -m experiments.sentence_similarity --encoder FOLDER   # all-MiniLM-L6-v2, for the English part

The Chinese part uses character vectors, with characters and jieba words (means of their characters) as units. The
English part uses hidden states of an encoder. Document frequencies come from the training texts of the same language.
Intervals are the 2.5th and 97.5th percentiles of 1000 resamplings of the pairs. The last column is the fraction of
resamplings in which the measure is above the cosine of IDF-weighted means. Writes experiments/sentence_similarity.md.
"""

import argparse
import csv
import os
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from benchmarks.harness import DATA, current_command
from textzoo.similarity import Idf, WordEmbedder, WordVectors, paired_distances

NUM_RESAMPLINGS = 1000
MEASURES = {
    "WMD": ("euclidean", "uniform"),
    "WMD, norm": ("euclidean", "norm"),
    "WMD, IDF": ("euclidean", "idf"),
    "WMD-cos": ("cosine", "uniform"),
    "WRD (cosine, norm)": ("cosine", "norm"),
    "WMD-cos, IDF": ("cosine", "idf"),
}
BASELINE = "cosine of means, IDF"


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Computes the Spearman correlation."""
    return float(np.corrcoef(rankdata(x), rankdata(y))[0, 1])


def cosine_of_means(xs, ys, x_weights, y_weights) -> np.ndarray:
    """Computes the cosine of the weighted means of each pair."""
    x, y = (
        np.array([own @ vectors / own.sum() for own, vectors in zip(weights, side, strict=True)])
        for weights, side in ((x_weights, xs), (y_weights, ys))
    )
    return np.einsum("nd,nd->n", x, y) / np.linalg.norm(x, axis=1) / np.linalg.norm(y, axis=1)


def scores(pairs: list[list[str]], train: list[list[str]], embed, split) -> dict[str, np.ndarray]:
    """Computes the similarities of the pairs by each measure."""
    idf = Idf.fit(split(text) for row in train for text in row[:2])
    (x_units, xs), (y_units, ys) = (embed([row[side] for row in pairs]) for side in (0, 1))
    x_idf, y_idf = ([idf([unit.lower() for unit in text]) for text in side] for side in (x_units, y_units))
    ones = [[np.ones(len(text)) for text in side] for side in (x_units, y_units)]
    similarities = {"cosine of means": cosine_of_means(xs, ys, *ones), BASELINE: cosine_of_means(xs, ys, x_idf, y_idf)}
    for name, (cost, weighting) in MEASURES.items():
        if weighting == "idf":
            similarities[name] = -paired_distances(xs, ys, cost=cost, x_weights=x_idf, y_weights=y_idf)
        else:
            similarities[name] = -paired_distances(xs, ys, cost=cost, weighting=weighting)
    return similarities


def table(title: str, gold: np.ndarray, similarities: dict[str, np.ndarray]) -> str:
    """Returns the table of one setting."""
    rng = np.random.default_rng(0)
    samples = [rng.integers(len(gold), size=len(gold)) for _ in range(NUM_RESAMPLINGS)]
    resampled = {name: np.array([spearman(gold[i], score[i]) for i in samples]) for name, score in similarities.items()}
    lines = [f"**{title}**", "", "| measure | Spearman | 95 % interval | above IDF cosine |", "|---|---|---|---|"]
    for name, score in similarities.items():
        low, high = np.percentile(resampled[name], [2.5, 97.5])
        above = "" if name == BASELINE else f"{np.mean(resampled[name] > resampled[BASELINE]):.1%}"
        lines.append(f"| {name} | {spearman(gold, score):.4f} | {low:.3f} to {high:.3f} | {above} |")
    return "\n".join(lines)


def read(name: str) -> list[list[str]]:
    """Reads the rows of an STS-B file."""
    with open(DATA / "similarity_stsb" / name, encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if len(row) == 3]


def chinese() -> list[str]:
    """Returns the tables of the Chinese part."""
    dev, train = read("zh-dev.csv"), read("zh-train.csv")
    vectors = WordVectors.load(DATA / "vectors_zh/chars.vec.gz")
    gold = np.array([float(row[2]) for row in dev])
    parts = []
    for units, unknown in (("characters", "skip"), ("jieba", "characters")):
        embed = WordEmbedder(vectors, units, unknown=unknown)
        similarities = scores(dev, train, embed, lambda text, embed=embed: embed([text])[0][0])
        parts.append(table(f"STS-B zh dev ({len(dev)} pairs), character vectors, units: {units}", gold, similarities))
    return parts


def english(folder: Path) -> list[str]:
    """Returns the tables of the English part."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from textzoo.models import ContextualEmbedder, Encoder

    dev, train = read("en-dev.csv"), read("en-train.csv")
    encoder = Encoder.from_preset(folder)
    gold = np.array([float(row[2]) for row in dev])

    def split(text: str) -> list[str]:
        return [text[start:end].lower() for start, end in encoder.tokenizer.encode(text).offsets[1:-1]]

    parts = []
    for layers, title in (("last", "last layer"), ("first_last", "mean of first and last layer")):
        similarities = scores(dev, train, ContextualEmbedder(encoder, layers), split)
        parts.append(table(f"STS-B en dev ({len(dev)} pairs), hidden states: {title}", gold, similarities))
    return parts


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, help="folder of a pretrained encoder for the English part")
    options = parser.parse_args(argv)
    parts = [f"`{current_command()}`, IDF from the training texts.", *chinese()]
    if options.encoder:
        parts += english(options.encoder)
    text = "\n\n".join(parts) + "\n"
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
