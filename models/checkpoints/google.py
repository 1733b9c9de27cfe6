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

from ...data.check_finite import check_finite
from ...data.preset_config import VOCAB_FILE
from .checkpoint import Checkpoint, StoredTensor
from .config_json import FIXED_EPSILON, activation_name, find_writable_family, read_bert_config, write_config
from .encoder_variables import encoder_values
from .families import BERT
from .family import Family

# Names of activations in bert4keras and Keras 2, by our names.
ACTIVATIONS = {name: name for name in ("gelu", "gelu_tanh", "relu", "tanh", "sigmoid", "linear")} | {"silu": "swish"}

logger = logging.getLogger(__name__)

# Optimizer slots and counters, the heads of next sentences and of replaced tokens, and ELECTRA's generator.
IGNORED_TENSORS = re.compile(
    r"/(adam_[mv]|Adam(_1)?|lamb_[mv])$|^cls/seq_relationship/|^(discriminator|generator)"
    r"|^[^/]*(step|power|scale)[^/]*$",
    re.I,
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
    with _one_line_errors(prefix):
        reader = tf.compat.v1.train.NewCheckpointReader(str(prefix))  # load_checkpoint reads paths from a folder
        shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    stored = sorted(shapes)
    family, config = read_bert_config(prefix, tensors=stored)
    if config["activation"] == "gelu":
        logger.info("%s: computing gelu exactly, as bert4keras; pass activation='gelu_tanh' for Google's form", prefix)
    variables = {name.google: name.variable for name in family.names(config) if name.google is not None}
    if "_CHECKPOINTABLE_OBJECT_GRAPH" in stored:
        raise ValueError(
            f"{prefix}: expected variables with Google's names (bert/...). Received: a Keras object checkpoint. "
            "Write it with bert4keras's save_weights_as_checkpoint, or save_weights(..., save_format='h5')."
        )

    position_table = "bert/embeddings/position_embeddings"
    if position_table in variables and position_table not in shapes and "bert/embeddings/word_embeddings" in shapes:
        raise ValueError(
            f"{prefix}: expected {position_table}. Received: none; for a RoFormer or NEZHA write "
            '"model_type": "roformer" or "nezha" into bert_config.json.'
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
            or architecture is not one of theirs, the vocabulary is not WordPiece, or a weight is not finite.
    """
    import tensorflow as tf

    epsilon = encoder.config["norm_epsilon"]
    if epsilon != FIXED_EPSILON:
        raise ValueError(f"Expected norm_epsilon 1e-12, which the readers of this format fix. Received: {epsilon}.")
    if encoder.tokenizer.subwords is not None:
        kind = encoder.tokenizer.subwords.kind
        raise ValueError(f"Expected a WordPiece vocabulary. Received: {kind}; write Hugging Face's format.")
    family = find_writable_family(encoder)
    tensors = _google_tensors(encoder, family)
    hidden_act = activation_name(encoder, ACTIVATIONS)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    prefix, values = folder / "bert_model.ckpt", [tf.constant(value) for value in tensors.values()]
    slices = [""] * len(values)
    try:
        tf.raw_ops.SaveV2(prefix=str(prefix), tensor_names=list(tensors), shape_and_slices=slices, tensors=values)
    except tf.errors.OpError as error:
        reason = error.message.partition(" [Op:")[0].rpartition("; ")[2]
        raise OSError(errno.EIO, reason, str(prefix)) from None
    more = {} if family is BERT else {"model_type": family.model_type}
    write_config(encoder, folder / "bert_config.json", family=family, hidden_act=hidden_act, **more)
    encoder.tokenizer.save(folder / VOCAB_FILE)


def _google_tensors(encoder: Any, family: Family) -> dict[str, np.ndarray]:
    """Returns an encoder's tensors by name; raises ValueError if the format has no name for a part of the encoder."""
    values = encoder_values(encoder)
    check_finite(values, source="encoder")
    names = family.names(encoder.config, pooler=encoder.pooler is not None, mlm_head=encoder.mlm_dense is not None)
    unnamed = [name.variable for name in names if name.google is None]
    if unnamed:
        raise ValueError(
            f"Expected an encoder that Google's format holds. Received: {family.model_type} with {unnamed[0]}; write "
            "Hugging Face's format, or load it without that part (mlm_head=False)."
        )
    return {str(name.google): values[name.variable] for name in names}
