"""How much a rare word weighs more than a common one."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np


class Idf:
    """Inverse document frequency: `log((N + 1) / (n + 1/2))` for a word in n of N texts, always above 0.

    Args:
        frequencies: in how many texts each word occurs.
        texts: how many texts there were.

    Call arguments:
        units: the words of a text.

    Returns:
        float64 `[units]`.

    Example:

    >>> idf = Idf.fit([["the", "cat"], ["the", "dog"], ["the", "the"]])
    >>> idf(["the", "cat", "bird"]).round(3)
    array([0.134, 0.981, 2.079])

    Reference:
        Spärck Jones, A statistical interpretation of term specificity and its application in retrieval, 1972.
    """

    def __init__(self, frequencies: Mapping[str, int], texts: int):
        if texts < 1 or not all(1 <= count <= texts for count in frequencies.values()):
            raise ValueError(f"Expected frequencies from 1 to the number of texts. Received: {texts} texts.")
        self.frequencies, self.texts = dict(frequencies), texts

    @classmethod
    def fit(cls, texts: Iterable[Sequence[str]]) -> "Idf":
        """Counts texts that are cut into units."""
        frequencies: Counter[str] = Counter()
        number = 0
        for units in texts:
            frequencies.update(set(units))
            number += 1
        return cls(frequencies, number)

    def __call__(self, units: Sequence[str]) -> np.ndarray:
        return np.array([math.log((self.texts + 1) / (self.frequencies.get(unit, 0) + 0.5)) for unit in units])
