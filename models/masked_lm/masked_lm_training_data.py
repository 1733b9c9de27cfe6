"""Sequences with masks that are drawn anew each time."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...data.per_example_rng import PerExampleRng
from .masked_lm_preprocessor import MaskedLMPreprocessor


class MaskedLMTrainingData(Sequence):
    """Training records of texts.

    A record is a dict of `ids` int32 `[s]`, what the model reads; `positions` int32 `[k]`, where it shall predict;
    `labels` int32 `[k]` and `weights` float32 `[k]`.

    Args:
        texts: The texts; they are cut, packed and split into words once.
        preprocessor: `MaskedLMPreprocessor`.
        seed: int. Fixes the draws.
        redraw: bool. Whether a record's masks differ each time that it is asked for.

    Raises:
        ValueError: no text has a token that the vocabulary knows.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> preprocessor = MaskedLMPreprocessor(Tokenizer(build_vocabulary(["今天天气很好"])), share=0.5)
    >>> record = MaskedLMTrainingData(["今天天气很好"], preprocessor)[0]
    >>> sorted(record), len(record["ids"])
    (['ids', 'labels', 'positions', 'weights'], 8)

    Reference:
        Liu et al. (dynamic masks), arXiv 1907.11692; Cui et al., arXiv 1906.08101.
    """

    def __init__(self, texts: Sequence[str], preprocessor: MaskedLMPreprocessor, seed: int = 0, redraw: bool = False):
        self.preprocessor = preprocessor
        self.sequences = preprocessor.sequences(texts)
        self._draws = PerExampleRng(len(self.sequences), seed, redraw)

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: Any) -> Any:
        ids, words = self.sequences[index]
        masked, places = self.preprocessor.mask(ids, words, self._draws(index))
        return {
            "ids": masked,
            "positions": places.astype("int32"),
            "labels": ids[places],
            "weights": np.ones(len(places), "float32"),
        }
