"""The baseline that knows only its training set."""

from collections import Counter
from collections.abc import Sequence

import numpy as np


def nearest_passage(texts: Sequence[str], training_texts: Sequence[str]) -> np.ndarray:
    """For every text the most similar training text, by the cosine of character bigram counts.

    Args:
        texts: what to look for.
        training_texts: what to look among, at least one.

    Returns:
        int array `[len(texts)]`, indices into `training_texts`.

    Example:

    >>> nearest_passage(["明天有小雨"], ["书店开门了", "今天有小雨"]).tolist()
    [1]
    """
    from scipy.sparse import csr_matrix

    ids: dict[str, int] = {}

    def rows(batch: Sequence[str]):
        counts = [Counter(text[i : i + 2] for i in range(len(text) - 1)) for text in batch]
        where = [(row, ids.setdefault(bigram, len(ids))) for row, count in enumerate(counts) for bigram in count]
        values = np.array([n for count in counts for n in count.values()], "float64")
        return where, values

    (left, left_values), (right, right_values) = rows(texts), rows(training_texts)

    def matrix(where, values, height):
        row, column = np.array(where, "int64").reshape(-1, 2).T
        norms = np.sqrt(np.bincount(row, values**2, height))
        return csr_matrix((values / norms[row], (row, column)), shape=(height, len(ids)))

    similarity = matrix(left, left_values, len(texts)) @ matrix(right, right_values, len(training_texts)).T
    return np.asarray(similarity.toarray().argmax(axis=1))
