"""Loading of an encoder from a preset or from another library's checkpoint."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ...data.find_preset import find_preset
from ...data.preset_config import is_preset_folder
from ...data.text.tokenizer import Tokenizer
from ..checkpoints.checkpoint import Checkpoint, StoredTensor
from ..checkpoints.encoder_variables import encoder_shapes
from ..checkpoints.find_checkpoint import find_checkpoint
from ..checkpoints.vocabulary import read_vocabulary
from .assign_tensors import assign_tensors, check_tensors
from .preset_folder import read_preset_folder
from .variable_paths import variable_paths

logger = logging.getLogger(__name__)


def load_encoder(cls, preset: str | os.PathLike, *, tokenizer: Tokenizer | None = None, **overrides: Any):
    """Loads an encoder; implements `Encoder.from_preset`.

    Args:
        cls: `Encoder`.
        preset: Name or path.
        tokenizer: Replaces the tokenizer of the folder's vocab.txt. A pruned one selects its rows of the checkpoint.
        **overrides: Arguments of `Encoder` that replace the folder's. `dtype` defaults to Keras's global policy.

    Returns:
        The encoder, with its `tokenizer`.

    Raises:
        ValueError: The preset is unknown, its files are missing or incomplete, or the vocabulary does not fit.
    """
    overrides = {"dtype": keras.config.dtype_policy().name} | overrides
    checkpoint = read_checkpoint(find_preset(preset))
    tokenizer = tokenizer or checkpoint.tokenizer
    if tokenizer is None:
        tokenizer = read_vocabulary(checkpoint)
    tensors = _fit_vocabulary(checkpoint, tokenizer)
    config = {"pooler": checkpoint.has("pooler."), "mlm_head": checkpoint.has("mlm_")} | checkpoint.config
    config |= {"vocab_size": tokenizer.vocab_size} | overrides
    check_encoder_tensors(checkpoint, config, tensors)
    encoder = cls(**config)
    encoder.tokenizer = tokenizer
    variables = variable_paths(encoder)
    for part, prefix in (("pooler", "pooler."), ("output head's transform", "mlm_")):
        if any(name.startswith(prefix) for name in variables) and not checkpoint.has(prefix):
            logger.warning("%s has no %s; it is initialized at random", checkpoint.weights_path, part)
            variables = {name: variable for name, variable in variables.items() if not name.startswith(prefix)}
    assign_tensors(
        variables,
        tensors,
        path=checkpoint.weights_path,
        stored_names=checkpoint.stored_names,
        unused=checkpoint.unused,
    )
    return encoder


def read_checkpoint(path: Path) -> Checkpoint:
    """Reads an encoder from a preset folder or from another library's checkpoint.

    Args:
        path: As `find_preset` returns it.

    Raises:
        ValueError: As `load_encoder`.
    """
    return read_preset_folder(path).encoder() if is_preset_folder(path) else find_checkpoint(path)


def check_encoder_tensors(
    checkpoint: Checkpoint, config: Mapping[str, Any], tensors: Mapping[str, StoredTensor]
) -> None:
    """Checks that a file's tensors have the shapes of an encoder's configuration, before the encoder takes memory.

    Args:
        checkpoint: The checkpoint.
        config: Arguments of `Encoder`. Parts that the file lacks altogether are left out.
        tensors: Tensors with the rows of the encoder's vocabulary.

    Raises:
        ValueError: As `check_tensors`.
    """
    pooler, mlm_head = (
        config.get(option, default) and checkpoint.has(prefix)
        for option, default, prefix in (("pooler", False, "pooler."), ("mlm_head", True, "mlm_"))
    )
    check_tensors(
        encoder_shapes({**config, "pooler": pooler, "mlm_head": mlm_head}),
        tensors,
        path=checkpoint.weights_path,
        stored_names=checkpoint.stored_names,
        unused=checkpoint.unused,
    )


def _fit_vocabulary(checkpoint: Checkpoint, tokenizer: Tokenizer) -> Mapping[str, StoredTensor]:
    """Returns the tensors with the rows of the tokenizer's tokens."""
    table = checkpoint.tensors.get("token_embedding.embeddings")
    rows = tokenizer.checkpoint_rows
    num_rows = table.shape[0] if table is not None and table.shape else 0
    reorders = rows is not None and np.array_equal(np.sort(rows), np.arange(num_rows))
    if table is None or (num_rows == tokenizer.vocab_size and not reorders):
        return checkpoint.tensors
    if rows is None or rows.max() >= num_rows:
        raise ValueError(_vocabulary_message(checkpoint, tokenizer, rows=num_rows))
    by_token = ("token_embedding.embeddings", "mlm_bias")
    return {**checkpoint.tensors} | {
        name: checkpoint.tensors[name].rows(rows)
        for name in by_token
        if name in checkpoint.tensors and checkpoint.tensors[name].shape[:1] == (num_rows,)
    }


def _vocabulary_message(checkpoint: Checkpoint, tokenizer: Tokenizer, *, rows: int) -> str:
    message = (
        f"{checkpoint.weights_path}: expected one row for each of the vocabulary's {tokenizer.vocab_size} tokens. "
        f"Received: {rows} rows."
    )
    if checkpoint.weights_path.suffix and rows < tokenizer.vocab_size:
        message += (
            " Weights saved with keep_tokens have fewer rows than vocab.txt: pass their tokens in order, "
            "tokenizer=Tokenizer(list(token_dict)), or put their vocab.txt into the folder."
        )
    return message
