"""How the commands that write titles search for them."""

from dataclasses import dataclass
from typing import Any, Literal

from textzoo.scripts.cli.arguments import NonNegativeFloat, NonNegativeInt, PositiveInt


@dataclass(kw_only=True)
class TitleSearchOptions:
    """Search for titles by beams.

    Args:
        num_beams: Beams, those of both directions together; an even number for two of them.
        pairing: What a beam of a bidirectional model sees of the other direction: that of its own rank, or the mean of
            all.
        length_penalty: Higher ones favour longer titles; 0 favours none.
        min_title_length: Tokens of a title at least.
        max_title_length: Tokens of a title; those of the training where left out.
        no_repeat_ngram_size: Tokens of which no sequence is written twice in a title, 3 or so for a model of small data that
            repeats itself; 0 forbids none.
        batch_size: Articles at a time.
    """

    num_beams: PositiveInt = 4
    pairing: Literal["rank", "all"] = "rank"
    length_penalty: NonNegativeFloat = 0.6
    min_title_length: PositiveInt = 1
    max_title_length: PositiveInt | None = None
    no_repeat_ngram_size: NonNegativeInt = 0
    batch_size: PositiveInt = 16

    def search(self) -> dict[str, Any]:
        """Arguments of `TitleGenerator.generate`."""
        return {
            "num_beams": self.num_beams,
            "pairing": self.pairing,
            "length_penalty": self.length_penalty,
            "min_length": self.min_title_length,
            "max_length": self.max_title_length,
            "no_repeat_ngram_size": self.no_repeat_ngram_size,
            "batch_size": self.batch_size,
        }
