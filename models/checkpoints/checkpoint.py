"""Checkpoint in a file: configuration and tensors in the encoder's terms, read on demand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...data.text.tokenizer import Tokenizer


@dataclass(frozen=True)
class StoredTensor:
    """A tensor in a file: its shape is known before its data is read.

    Attributes:
        shape: Shape.
        dtype: Name of the type, such as `"float32"`.
        read: Function without arguments that reads the data.
    """

    shape: tuple[int, ...]
    dtype: str
    read: Callable[[], np.ndarray]

    def transposed(self) -> "StoredTensor":
        """Returns the tensor with its axes reversed."""
        return StoredTensor(self.shape[::-1], self.dtype, lambda: self.read().T)

    def rows(self, rows: np.ndarray) -> "StoredTensor":
        """Returns some rows of the tensor."""
        return StoredTensor((len(rows), *self.shape[1:]), self.dtype, lambda: self.read()[rows])


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
        heads: Names of tensors in the file that belong to the heads of a task.
        next_sentence_head: Whether the file holds BERT's head of next-sentence prediction, which no encoder has.
    """

    weights_path: Path
    config: dict[str, Any]
    tensors: Mapping[str, StoredTensor]
    stored_names: dict[str, str]
    unused: list[str]
    vocab_path: Path
    lowercase: bool | None = None
    tokenizer: Tokenizer | None = None
    heads: list[str] = field(default_factory=list)
    next_sentence_head: bool = False

    def has(self, prefix: str) -> bool:
        """Returns whether the path of any tensor begins with a prefix such as `mlm_`."""
        return any(variable.startswith(prefix) for variable in self.tensors)
