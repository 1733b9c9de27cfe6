"""Embedder of texts as sequences of word vectors."""

from collections.abc import Collection, Iterable
from typing import Literal, get_args

import numpy as np

from ..data.text.check_texts import check_texts, described
from ..data.text.text_units import Units, text_units
from ..data.text.word_segmentation import new_word_segmenter
from .check_arguments import check_choice, checked_words
from .word_vectors import WordVectors


class WordEmbedder:
    """Splits texts into units and looks up their vectors.

    Args:
        vectors: `WordVectors`.
        units: `"characters"`, `"words"` or `"jieba"`.
        stop_words: Units to leave out.
        unknown: Treatment of a unit without a vector. `"skip"` leaves it out. `"characters"` gives it the mean of the
            vectors of its characters; characters without a vector are left out.
        user_dict: Lines of a jieba dictionary, which `"jieba"` knows besides its own. Those of `use_user_dictionary`
            have no effect.

    Call arguments:
        texts: A string or a list of them.

    Returns:
        `(units, vectors)`: for each text a list of strings and float32 `[units, d]`. A text without any known unit
        gets an empty list.

    Raises:
        ValueError: `units` or `unknown` has another value, or words or texts are no strings.

    Example:

    >>> embed = WordEmbedder(WordVectors(["北", "京"], [[2.0, 0.0], [0.0, 2.0]]), "jieba", unknown="characters")
    >>> embed(["北京 x"])
    ([['北京']], [array([[1., 1.]], dtype=float32)])
    """

    def __init__(
        self,
        vectors: WordVectors,
        units: Units = "characters",
        *,
        stop_words: Collection[str] = (),
        unknown: Literal["skip", "characters"] = "skip",
        user_dict: Iterable[str] = (),
    ):
        if not isinstance(vectors, WordVectors):
            raise ValueError(f"Expected vectors to be WordVectors. Received: {described(vectors)}.")
        check_choice(units, "units", get_args(Units))
        check_choice(unknown, "unknown", ("skip", "characters"))
        self.vectors, self.unknown = vectors, unknown
        self.stop_words = frozenset(checked_words(stop_words, "stop_words"))
        self.units: Units = units
        self._segmenter = new_word_segmenter(checked_words(user_dict, "user_dict")) if units == "jieba" else None

    @property
    def name(self) -> str:
        """Name by which an index recognizes the vectors of this embedder."""
        return f"{self.vectors.name}-{self.units}-{self.unknown}"

    def __call__(self, texts: str | Iterable[str]) -> tuple[list[list[str]], list[np.ndarray]]:
        embedded = [self._embed(text) for text in check_texts(texts)]
        return [units for units, _ in embedded], [vectors for _, vectors in embedded]

    def _embed(self, text: str) -> tuple[list[str], np.ndarray]:
        units, rows = [], []
        for unit in text_units(text, self.units, segmenter=self._segmenter):
            vector = None if unit in self.stop_words else self._vector(unit)
            if vector is not None:
                units.append(unit)
                rows.append(vector)
        return units, np.array(rows, "float32").reshape(len(rows), self.vectors.width)

    def _vector(self, unit: str) -> np.ndarray | None:
        if unit in self.vectors:
            return self.vectors[unit]
        if self.unknown == "characters":
            known = [self.vectors[character] for character in unit if character in self.vectors]
            if known:
                return np.mean(known, axis=0, dtype="float64").astype("float32")
        return None
