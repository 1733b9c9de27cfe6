"""Of pairs that ask the same, the better one."""

import dataclasses
from typing import NamedTuple

import numpy as np

from ..data.qa.qa_pair import ScoredQAPair


class _Kept(NamedTuple):
    """A pair that is kept so far: its number, the vectors of its question, where its piece ends."""

    number: int
    vectors: np.ndarray
    piece_end: int


class Deduplicator:
    """The pairs of a document, taken piece by piece.

    Of two questions in pieces that overlap, with a WRD similarity above the level, the one of lower rank is rejected:
    as a `"duplicate"` where they have the same answer in the same place, as `"same question, another answer"` where
    not. Only vectors of pieces that the next one overlaps are kept.

    Args:
        max_similarity: float in [-1, 1], the level; `1 - WRD`.

    Example:

    >>> merge = Deduplicator(0.9)
    >>> one = ScoredQAPair("谁来了？", "小李", 0, 2, ((0, 2),), -1.5, -2.5, -0.5, rank=-0.5)
    >>> merge.add([one, dataclasses.replace(one, question="来了谁？", rank=-0.2)], [np.eye(3), np.eye(3)], 0, 4)
    >>> [(pair.question, pair.rejection_reason) for pair in merge.pairs]
    [('谁来了？', 'duplicate'), ('来了谁？', None)]

    Reference:
        Yokoi et al., Word Rotator's Distance, EMNLP 2020.
    """

    def __init__(self, max_similarity: float):
        self.max_similarity = max_similarity
        self.pairs: list[ScoredQAPair] = []
        self._kept: list[_Kept] = []

    def add(self, pairs: list[ScoredQAPair], vectors: list[np.ndarray], start: int, end: int) -> None:
        """Takes the pairs of the next piece.

        Args:
            pairs: Those with a reason stay rejected.
            vectors: For each pair `[words, d]`, of its question; of no use where it has a reason.
            start: Where the piece begins in the document, not before the last one did.
            end: Where it ends.
        """
        self._kept = [kept for kept in self._kept if kept.piece_end > start]
        for pair, vector in zip(pairs, vectors, strict=True):
            self.pairs.append(pair)
            if pair.rejection_reason is not None:
                continue
            rivals = self._rivals(vector)
            better = [kept for kept in rivals if self.pairs[kept.number].rank >= pair.rank]
            if better:
                self._reject(len(self.pairs) - 1, self.pairs[better[0].number])
                continue
            for rival in rivals:
                self._reject(rival.number, pair)
            self._kept = [kept for kept in self._kept if all(kept is not rival for rival in rivals)]
            self._kept.append(_Kept(len(self.pairs) - 1, vector, end))

    def _rivals(self, vectors: np.ndarray) -> list[_Kept]:
        from ..similarity import pairwise_distances  # POT takes longer to import than all of the models

        if not self._kept:
            return []
        distances = pairwise_distances([vectors], [kept.vectors for kept in self._kept], "cosine", "norm")[0]
        return [
            kept for kept, distance in zip(self._kept, distances, strict=True) if 1 - distance > self.max_similarity
        ]

    def _reject(self, number: int, better: ScoredQAPair) -> None:
        pair = self.pairs[number]
        same = pair.answer == better.answer and set(pair.occurrences) & set(better.occurrences)
        reason = "duplicate" if same else "same question, another answer"
        self.pairs[number] = dataclasses.replace(pair, rejection_reason=reason)
