"""Base class of the preprocessors."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from ..batching import pad_batch
from ..check_types import check_types
from ..length_batching import TRAINING_LENGTHS
from ..text.tokenizer import Tokenizer


class Preprocessor:
    """Base class of the preprocessors, which turn texts or examples into the inputs of a model.

    A subclass is called with texts or examples and returns what its model is called with: int32 arrays, padded with
    zeros. It owns the tokenizer, and is saved with its model.

    Args:
        tokenizer: `Tokenizer`.
    """

    @check_types
    def __init__(self, tokenizer: Tokenizer):
        self.tokenizer = tokenizer

    def __call__(self, examples: Any) -> Any:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {"tokenizer": self.tokenizer.get_config()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(**config | {"tokenizer": Tokenizer.from_config(config["tokenizer"])})


def padded(records: Sequence[dict[str, np.ndarray]], *keys: str) -> dict[str, np.ndarray]:
    """Returns some arrays of records as one batch, padded as in training."""
    return pad_batch([{key: record[key] for key in keys} for record in records], TRAINING_LENGTHS)
