"""Deduplication of generated questions by Word Rotator's Distance."""

import dataclasses
from typing import NamedTuple

import numpy as np

from ..data.qa.qa_pair import ScoredQAPair
from ..similarity import pairwise_distances, wrd_relaxed_bound


class _KeptQuestion(NamedTuple):
    """A kept pair: its number in `pairs`, the embeddings of its question `[words, d]`, and the end of its chunk."""

    number: int
    embeddings: np.ndarray
    chunk_end: int


class Deduplicator:
    """Collects the pairs of a document chunk by chunk and rejects duplicate questions.

    Two questions of overlapping chunks are duplicates if their similarity, 1 - WRD, exceeds `max_similarity`. The one
    of lower rank is rejected: as a `"duplicate"` if both pairs have the same answer at the same position, else as
    `"same question, another answer"`. Embeddings are dropped once no later chunk can overlap theirs; from then on a
    question is rejected if it repeats an earlier one word for word.

    Args:
        max_similarity: float in [-1, 1].

    Example:

    >>> deduplicator = Deduplicator(0.9)
    >>> pair = ScoredQAPair(
    ...     question="谁来了？",
    ...     answer="小李",
    ...     start=0,
    ...     end=2,
    ...     occurrences=((0, 2),),
    ...     answer_logprob=-1.5,
    ...     question_logprob=-2.5,
    ...     score=-0.5,
    ...     rank=-0.5,
    ... )
    >>> pairs = [pair, dataclasses.replace(pair, question="来了谁？", rank=-0.2)]
    >>> deduplicator.add(pairs, [np.eye(3), np.eye(3)], start=0, end=4)
    >>> [(pair.question, pair.rejection_reason) for pair in deduplicator.pairs]
    [('谁来了？', 'duplicate'), ('来了谁？', None)]

    Reference:
        Yokoi et al., Word Rotator's Distance, EMNLP 2020.
    """

    def __init__(self, max_similarity: float):
        self.max_similarity = max_similarity
        self.pairs: list[ScoredQAPair] = []
        self._kept: list[_KeptQuestion] = []
        self._asked: dict[str, int] = {}  # numbers in `pairs` of the kept questions that no later chunk can reject
        self._num_settled = 0

    def add(self, pairs: list[ScoredQAPair], embeddings: list[np.ndarray], *, start: int, end: int) -> None:
        """Adds the pairs of the next chunk.

        Args:
            pairs: The pairs; those with a `rejection_reason` stay rejected.
            embeddings: Word embeddings `[words, d]` of each pair's question; ignored for rejected pairs.
            start: Start of the chunk in the document, at or after the start of the previous chunk.
            end: End of the chunk in the document.
        """
        for kept in self._kept:
            if kept.chunk_end <= start:
                self._asked.setdefault(self.pairs[kept.number].question, kept.number)
        self._kept = [kept for kept in self._kept if kept.chunk_end > start]
        for pair, question_embeddings in zip(pairs, embeddings, strict=True):
            self.pairs.append(pair)
            if pair.rejection_reason is not None:
                continue
            if pair.question in self._asked:
                self._reject(len(self.pairs) - 1, self.pairs[self._asked[pair.question]])
                continue
            similar = self._similar(question_embeddings)
            better = [kept for kept in similar if self.pairs[kept.number].rank >= pair.rank]
            if better:
                self._reject(len(self.pairs) - 1, self.pairs[better[0].number])
                continue
            for worse in similar:
                self._reject(worse.number, pair)
            self._kept = [kept for kept in self._kept if all(kept is not worse for worse in similar)]
            self._kept.append(_KeptQuestion(number=len(self.pairs) - 1, embeddings=question_embeddings, chunk_end=end))

    def settled(self, next_start: int | None) -> list[ScoredQAPair]:
        """Returns the pairs that no later chunk can reject, each once, in the order of `add`.

        Args:
            next_start: Start of the next chunk in the document; None if there is none.
        """
        unsettled = [kept.number for kept in self._kept if next_start is not None and kept.chunk_end > next_start]
        end = min(unsettled, default=len(self.pairs))
        pairs, self._num_settled = self.pairs[self._num_settled : end], end
        return pairs

    def _similar(self, embeddings: np.ndarray) -> list[_KeptQuestion]:
        near = [kept for kept in self._kept if 1 - wrd_relaxed_bound(embeddings, kept.embeddings) > self.max_similarity]
        if not near:  # the usual case, which needs no transport and so no solver
            return []
        near_embeddings = [kept.embeddings for kept in near]
        distances = pairwise_distances([embeddings], near_embeddings, cost="cosine", weighting="norm")[0]
        return [kept for kept, distance in zip(near, distances, strict=True) if 1 - distance > self.max_similarity]

    def _reject(self, number: int, better: ScoredQAPair) -> None:
        pair = self.pairs[number]
        same_answer = pair.answer == better.answer and set(pair.occurrences) & set(better.occurrences)
        reason = "duplicate" if same_answer else "same question, another answer"
        self.pairs[number] = dataclasses.replace(pair, rejection_reason=reason)
