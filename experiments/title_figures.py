"""Figures of titles that the studies share: ROUGE-L by length, accuracy of the ends, paired bootstrap."""

import re
import statistics
from collections.abc import Sequence

import numpy as np

from textzoo.data import metric_units
from textzoo.metrics import rouge_l

NUM_END_UNITS = 4
NUM_RESAMPLES = 10_000


def rouge_l_by_length(titles: Sequence[str], references: Sequence[str]) -> list[float]:
    """Returns the mean ROUGE-L of the short, middle and long third of the references."""
    order = sorted(range(len(references)), key=lambda i: len(metric_units(references[i])))
    cuts = [round(len(order) * third / 3) for third in range(4)]
    return [
        statistics.mean(rouge_l(titles[i], references[i]) for i in order[start:end])
        for start, end in zip(cuts, cuts[1:], strict=False)
    ]


def end_accuracy(titles: Sequence[str], references: Sequence[str], step: int) -> float:
    """Returns the accuracy of the first four units (`step` 1) or of the last four (-1), position by position."""
    sides = [[metric_units(text)[::step][:NUM_END_UNITS] for text in side] for side in (titles, references)]
    right = sum(a == b for pair in zip(*sides, strict=True) for a, b in zip(*pair, strict=False))
    return right / sum(map(len, sides[1]))


def paired_bootstrap(values: Sequence[float], base: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """Returns the 95 % interval of the mean difference of paired figures, by resampling the pairs.

    >>> paired_bootstrap([0.5, 0.7, 0.9], [0.5, 0.6, 0.7])
    (0.0, 0.2)
    """
    differences = np.asarray(values) - np.asarray(base)
    resampled = np.random.default_rng(seed).integers(len(differences), size=(NUM_RESAMPLES, len(differences)))
    low, high = np.quantile(differences[resampled].mean(axis=1), [0.025, 0.975])
    return round(float(low), 6), round(float(high), 6)


def reversed_title(title: str) -> str:
    """Returns a title with its characters, words of Latin letters and numbers in reverse order, apart from each other.

    >>> reversed_title("小李读BERT")
    'BERT 读 李 小'
    """
    return " ".join(re.findall(r"[a-zA-Z0-9]+|\S", title)[::-1])
