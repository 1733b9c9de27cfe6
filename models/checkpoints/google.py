"""Reader and writer of Google's TensorFlow 1 checkpoints: Chinese BERT, BERT-wwm, RoBERTa-wwm."""

import contextlib
import errno
import logging
import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ...data.preset_config import VOCAB_FILE
from .checkpoint import Checkpoint, StoredTensor
from .config_json import activation_name, read_bert_config, write_config
from .name_table import encoder_tensors, name_table

# Names of activations in bert4keras and Keras 2, by our names.
ACTIVATIONS = {name: name for name in ("gelu", "gelu_tanh", "relu", "tanh", "sigmoid", "linear")} | {"silu": "swish"}

logger = logging.getLogger(__name__)

# Optimizer slots and counters, and the head of next-sentence prediction.
IGNORED_TENSORS = re.compile(
    r"/(adam_[mv]|Adam(_1)?|lamb_[mv])$|^cls/seq_relationship/|^[^/]*(step|power|scale)[^/]*$", re.I
)


def read_google(prefix: Path) -> Checkpoint:
    """Reads `bert_model.ckpt` with the `bert_config.json` and `vocab.txt` beside it.

    Args:
        prefix: Path of the checkpoint as TensorFlow takes it, without `.index`.

    Raises:
        ValueError: The index or data file is missing or incomplete, or it is not a checkpoint of a BERT.
    """
    import tensorflow as tf

    index = Path(f"{prefix}.index")
    if not index.is_file():
        raise ValueError(f"{prefix}: the index file {index.name} is missing; put it beside the data file.")
    config = read_bert_config(prefix)
    if config["activation"] == "gelu":
        logger.info("%s: computing gelu exactly, as bert4keras; pass activation='gelu_tanh' for Google's form", prefix)
    variables = {name.google: name.variable for name in name_table(config["num_layers"])}
    with _one_line_errors(prefix):
        reader = tf.compat.v1.train.NewCheckpointReader(str(prefix))  # load_checkpoint reads paths from a folder
        shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    stored = sorted(shapes)
    if "_CHECKPOINTABLE_OBJECT_GRAPH" in stored:
        raise ValueError(
            f"{prefix}: expected variables with Google's names (bert/...). Received: a Keras object checkpoint. "
            "Write it with bert4keras's save_weights_as_checkpoint, or save_weights(..., save_format='h5')."
        )

    def tensor(name: str) -> StoredTensor:
        return StoredTensor(tuple(shapes[name]), dtypes[name].name, lambda: _read_tensor(prefix, reader, name))

    used = [name for name in stored if name in variables]
    total = sum(math.prod(shapes[name]) * dtypes[name].size for name in used)
    data_files = [file for file in prefix.parent.iterdir() if file.name.startswith(f"{prefix.name}.data-")]
    available = sum(file.stat().st_size for file in data_files)
    if total > available:
        raise ValueError(_incomplete(prefix, f"{available} of the {total} bytes of its tensors"))
    return Checkpoint(
        weights_path=prefix,
        config=config,
        tensors={variables[name]: tensor(name) for name in used},
        stored_names={variable: name for name, variable in variables.items()},
        unused=[name for name in stored if name not in variables and not IGNORED_TENSORS.search(name)],
        vocab_path=prefix.parent / VOCAB_FILE,
        next_sentence_head=any(name.startswith("cls/seq_relationship/") for name in stored),
    )


def _read_tensor(prefix: Path, reader: Any, name: str) -> np.ndarray:
    with _one_line_errors(prefix):
        return reader.get_tensor(name)


@contextlib.contextmanager
def _one_line_errors(prefix: Path) -> Iterator[None]:
    import tensorflow as tf

    try:
        yield
    except (tf.errors.OpError, RuntimeError, ValueError, IndexError) as error:
        raise ValueError(_incomplete(prefix, str(error).split("\n")[0])) from None


def _incomplete(prefix: Path, reason: str) -> str:
    return f"{prefix}: not a complete TensorFlow checkpoint ({reason}); copy it again."


def write_google(encoder, folder: str | os.PathLike) -> None:
    """Writes bert_config.json, bert_model.ckpt and vocab.txt.

    `build_transformer_model(folder/bert_config.json, folder/bert_model.ckpt)` of bert4keras gives the same logits.

    Args:
        encoder: `Encoder` with a tokenizer.
        folder: Output folder; created if missing.

    Raises:
        ValueError: The encoder's `norm_epsilon` is not 1e-12, the value that readers of this format use, its activation
            is not one of theirs, or a weight is not finite.
    """
    import tensorflow as tf

    epsilon = encoder.config["norm_epsilon"]
    if epsilon != 1e-12:
        raise ValueError(f"Expected norm_epsilon 1e-12, which the readers of this format fix. Received: {epsilon}.")
    hidden_act = activation_name(encoder, ACTIVATIONS)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names, values = zip(*((name.google, value) for name, value in encoder_tensors(encoder)), strict=True)
    prefix, tensors = folder / "bert_model.ckpt", [tf.constant(value) for value in values]
    try:
        tf.raw_ops.SaveV2(prefix=str(prefix), tensor_names=names, shape_and_slices=[""] * len(names), tensors=tensors)
    except tf.errors.OpError as error:
        reason = error.message.partition(" [Op:")[0].rpartition("; ")[2]
        raise OSError(errno.EIO, reason, str(prefix)) from None
    write_config(encoder, folder / "bert_config.json", hidden_act=hidden_act)
    encoder.tokenizer.save(folder / VOCAB_FILE)
