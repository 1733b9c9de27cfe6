"""Nearest-neighbor baseline: the most similar training passage."""

from collections import Counter
from collections.abc import Sequence

import numpy as np


def nearest_passage(texts: Sequence[str], training_texts: Sequence[str]) -> np.ndarray:
    """Finds the training text nearest to each text, by the cosine of character bigram counts.

    Args:
        texts: The queries.
        training_texts: The texts to search, at least one.

    Returns:
        int array `[len(texts)]`, indices into `training_texts`.

    Example:

    >>> nearest_passage(["明天有小雨"], ["书店开门了", "今天有小雨"]).tolist()
    [1]
    """
    from scipy.sparse import csr_matrix

    bigram_ids: dict[str, int] = {}

    def count_bigrams(batch: Sequence[str]):
        counts = [Counter(text[i : i + 2] for i in range(len(text) - 1)) for text in batch]
        cells = [
            (row, bigram_ids.setdefault(bigram, len(bigram_ids)))
            for row, count in enumerate(counts)
            for bigram in count
        ]
        values = np.array([n for count in counts for n in count.values()], "float64")
        return cells, values

    (text_cells, text_values), (training_cells, training_values) = count_bigrams(texts), count_bigrams(training_texts)

    def unit_rows(cells, values, *, height):
        row, column = np.array(cells, "int64").reshape(-1, 2).T
        norms = np.sqrt(np.bincount(row, values**2, height))
        return csr_matrix((values / norms[row], (row, column)), shape=(height, len(bigram_ids)))

    text_rows = unit_rows(text_cells, text_values, height=len(texts))
    cosines = text_rows @ unit_rows(training_cells, training_values, height=len(training_texts)).T
    return np.asarray(cosines.toarray().argmax(axis=1))
