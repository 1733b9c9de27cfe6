"""Beam search options of the commands that generate titles."""

from dataclasses import dataclass
from typing import Any, Literal

from textzoo.scripts.cli.arguments import ClosedUnitInterval, NonNegativeFloat, NonNegativeInt, PositiveInt


@dataclass(frozen=True, kw_only=True)
class TitleSearchOptions:
    """Beam search for titles.

    Args:
        num_beams: Number of beams. Two directions share them, so it must be even for a bidirectional model.
        pairing: Beams of the other direction that a beam of a bidirectional model attends to: the one of equal rank, or
            the mean of all.
        agreement_weight: Rank the titles of a bidirectional model by the log-probabilities of both directions, with
            this weight of right to left: 0.5 counts both alike, 0 is left to right alone. The directions then write
            without seeing each other. By default a title keeps the score of the direction that wrote it.
        length_penalty: Exponent of the length; higher values favor longer titles, 0 applies no penalty.
        min_title_length: Minimum number of tokens of a title.
        max_title_length: Maximum number of tokens of a title; by default as in training.
        no_repeat_ngram_size: Length of token sequences that a title may not repeat; 0 allows all.
        batch_size: Articles per batch.
    """

    num_beams: PositiveInt = 4
    pairing: Literal["rank", "all"] = "rank"
    agreement_weight: ClosedUnitInterval | None = None
    length_penalty: NonNegativeFloat = 1.5
    min_title_length: PositiveInt = 1
    max_title_length: PositiveInt | None = None
    no_repeat_ngram_size: NonNegativeInt = 3
    batch_size: PositiveInt = 16

    def __post_init__(self):
        if self.pairing == "all" and self.agreement_weight is not None:
            raise ValueError("--pairing all and --agreement-weight exclude each other; remove one")

    def generate_arguments(self) -> dict[str, Any]:
        """Returns keyword arguments of `TitleGenerator.generate`."""
        return {
            "num_beams": self.num_beams,
            "pairing": self.pairing,
            "agreement_weight": self.agreement_weight,
            "length_penalty": self.length_penalty,
            "min_length": self.min_title_length,
            "max_length": self.max_title_length,
            "no_repeat_ngram_size": self.no_repeat_ngram_size,
            "batch_size": self.batch_size,
        }
