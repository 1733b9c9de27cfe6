"""A checkpoint of another library, read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...data.text.tokenizer import Tokenizer


@dataclass
class Checkpoint:
    """What a reader of another library's folder hands on.

    Attributes:
        weights_path: The file of the weights, for messages.
        config: Arguments of `Encoder` that the folder's configuration tells.
        tensors: By attribute path of the encoder's variable, in the encoder's orientation.
        names: By attribute path, what the file calls the variable.
        unused: Tensors of the file that belong to no variable of an encoder.
        vocab_path: The folder's vocab.txt, which may be missing.
        lowercase: Whether its tokenizer lowers case; None: not said.
        tokenizer: The folder's own tokenizer, where more than vocab.txt makes it.
    """

    weights_path: Path
    config: dict[str, Any]
    tensors: dict[str, np.ndarray]
    names: dict[str, str]
    unused: list[str]
    vocab_path: Path
    lowercase: bool | None = None
    tokenizer: Tokenizer | None = None

    def has(self, prefix: str) -> bool:
        """Whether there is any tensor of a part, such as `mlm_`."""
        return any(variable.startswith(prefix) for variable in self.tensors)
