"""Inverse document frequency as a weight of words."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ..data.check_counts import is_whole_number
from ..data.text.check_texts import described
from .check_arguments import checked_words

MAX_TEXTS = 2**53  # from there on, float64 skips whole numbers


class Idf:
    """Inverse document frequency: `log((N + 1) / (n + 1/2))` for a word in n of N texts, always above 0.

    Args:
        frequencies: Number of texts that contain each word.
        texts: int. Number of texts, at most 2**53.

    Call arguments:
        units: The words of a text.

    Returns:
        float64 `[units]`.

    Raises:
        ValueError: A frequency is not from 1 to `texts`.

    Example:

    >>> idf = Idf.fit([["the", "cat"], ["the", "dog"], ["the", "the"]])
    >>> idf(["the", "cat", "bird"]).round(3)
    array([0.134, 0.981, 2.079])

    Reference:
        Spärck Jones, A statistical interpretation of term specificity and its application in retrieval, 1972.
    """

    def __init__(self, frequencies: Mapping[str, int], texts: int):
        if not is_whole_number(texts) or not 1 <= texts <= MAX_TEXTS:
            raise ValueError(f"Expected texts from 1 to {MAX_TEXTS}. Received: {described(texts)}.")
        if not isinstance(frequencies, Mapping):
            raise ValueError(f"Expected frequencies by word. Received: {described(frequencies)}.")
        for word, count in frequencies.items():
            if not is_whole_number(count) or not 1 <= count <= texts:
                received = f"{described(count)} for {described(word)}"
                raise ValueError(f"Expected frequencies from 1 to {texts}, the number of texts. Received: {received}.")
        self.frequencies, self.texts = dict(frequencies), texts

    @classmethod
    def fit(cls, texts: Iterable[Sequence[str]]) -> "Idf":
        """Counts the document frequencies of texts, each a sequence of units."""
        frequencies: Counter[str] = Counter()
        num_texts = 0
        if not isinstance(texts, Iterable):
            raise ValueError(f"Expected texts to be lists of words. Received: {described(texts)}.")
        for units in texts:
            frequencies.update(set(checked_words(units, f"texts[{num_texts}]")))
            num_texts += 1
        return cls(frequencies, num_texts)

    def __call__(self, units: Sequence[str]) -> np.ndarray:
        counts = [self.frequencies.get(unit, 0) for unit in checked_words(units, "units")]
        return np.array([math.log((self.texts + 1) / (count + 0.5)) for count in counts])
