"""Training records of masked language modeling with dynamic masks."""

import copy
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from ...data.check_types import check_types
from ...data.per_example_rng import PerExampleRng
from ...data.pretraining.packed_texts import PackedTexts
from ..preprocessors import MaskedLMPreprocessor


class MaskedLMTrainingData(Sequence):
    """Training records of texts with masked words.

    A record is a dict of `ids` int32 `[s]`, the masked sequence; `positions` int32 `[k]`, the masked positions;
    `labels` int32 `[k]`, their original ids; and `weights` float32 `[k]`.

    Args:
        texts: Texts, which are packed into sequences once, or `PackedTexts`.
        preprocessor: `MaskedLMPreprocessor`.
        seed: int. Fixes the masks.
        redraw: bool. Whether a record has new masks in every epoch, see `at_epoch`.

    Raises:
        ValueError: no text has a token of the vocabulary.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> preprocessor = MaskedLMPreprocessor(Tokenizer(build_vocabulary(["今天天气很好"])), masked_fraction=0.5)
    >>> record = MaskedLMTrainingData(["今天天气很好"], preprocessor)[0]
    >>> sorted(record), len(record["ids"])
    (['ids', 'labels', 'positions', 'weights'], 8)

    Reference:
        Liu et al., RoBERTa (dynamic masking), arXiv 1907.11692; Cui et al., whole word masking, arXiv 1906.08101.
    """

    @check_types
    def __init__(
        self,
        texts: Sequence[str] | PackedTexts,
        preprocessor: MaskedLMPreprocessor,
        *,
        seed: int = 0,
        redraw: bool = False,
    ):
        self.preprocessor: Any = preprocessor  # a subclass has its own kind
        self.sequences = preprocessor.pack(texts)
        self.lengths = self.sequences.lengths
        self._rngs = PerExampleRng(seed, redraw=redraw)

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: Any) -> Any:
        ids, words, _ = self.sequences[index]
        return self._masked(ids, words, random=self._rngs(index))

    def at_epoch(self, epoch: int) -> Self:
        """Returns the records of an epoch, with its masks."""
        other = copy.copy(self)
        other._rngs = self._rngs.at_epoch(epoch)
        return other

    def _masked(self, ids: np.ndarray, words: np.ndarray, *, random: np.random.Generator) -> dict[str, np.ndarray]:
        masked, positions = self.preprocessor.mask(ids, words, random=random)
        return {
            "ids": masked,
            "positions": positions.astype("int32"),
            "labels": ids[positions],
            "weights": np.ones(len(positions), "float32"),
        }
