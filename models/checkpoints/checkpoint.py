"""Checkpoint read from a file: weights and configuration in the encoder's terms."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...data.text.tokenizer import Tokenizer


@dataclass
class Checkpoint:
    """Weights, configuration and vocabulary of an encoder, as a reader returns them.

    Attributes:
        weights_path: File of the weights, for messages.
        config: Arguments of `Encoder` that the checkpoint's configuration gives.
        tensors: Tensors by attribute path of the encoder's variable, in the encoder's orientation.
        stored_names: Names of the variables in the file, by attribute path.
        unused: Names of tensors in the file that belong to no variable of an encoder.
        vocab_path: Path of vocab.txt. The file may be missing.
        lowercase: Whether the tokenizer lowercases text. None: the checkpoint does not say.
        tokenizer: Tokenizer of the checkpoint, if it has settings beyond vocab.txt.
    """

    weights_path: Path
    config: dict[str, Any]
    tensors: dict[str, np.ndarray]
    stored_names: dict[str, str]
    unused: list[str]
    vocab_path: Path
    lowercase: bool | None = None
    tokenizer: Tokenizer | None = None

    def has(self, prefix: str) -> bool:
        """Returns whether the path of any tensor begins with a prefix such as `mlm_`."""
        return any(variable.startswith(prefix) for variable in self.tensors)
