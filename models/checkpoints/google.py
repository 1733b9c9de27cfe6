"""Google's TF1 checkpoints: Chinese BERT, BERT-wwm, RoBERTa-wwm."""

import logging
import os
import re
from pathlib import Path

from .checkpoint import Checkpoint
from .config_json import read_config, write_config
from .name_table import encoder_tensors, name_table

logger = logging.getLogger(__name__)

# Optimizer slots and counters, and the head of next-sentence prediction.
IGNORED = re.compile(r"/(adam_[mv]|Adam(_1)?|lamb_[mv])$|^cls/seq_relationship/|^[^/]*(step|power|scale)[^/]*$", re.I)


def read_google(prefix: Path) -> Checkpoint:
    """Reads `bert_model.ckpt` with the `bert_config.json` and `vocab.txt` beside it.

    Args:
        prefix: The checkpoint's path as TensorFlow takes it, without `.index`.

    Raises:
        ValueError: The index or data file is missing or broken, or it is no checkpoint of a BERT.
    """
    import tensorflow as tf

    folder = prefix.parent
    index = Path(f"{prefix}.index")
    if not index.is_file():
        raise ValueError(f"{prefix}: expected the checkpoint's index file {index.name} beside it. Received: none.")
    config_path = folder / "bert_config.json"
    if not config_path.is_file():
        raise ValueError(f"{prefix}: expected bert_config.json beside it. Received: none.")
    config = read_config(config_path)
    if config["activation"] == "gelu":
        logger.info("%s: gelu is computed exactly, as bert4keras does; activation='gelu_tanh' is Google's form", prefix)
    by_google = {name.google: name.variable for name in name_table(config["num_layers"])}
    try:
        reader = tf.train.load_checkpoint(str(prefix))
        stored = sorted(reader.get_variable_to_shape_map())
        tensors = {by_google[name]: reader.get_tensor(name) for name in stored if name in by_google}
    except (tf.errors.OpError, RuntimeError, ValueError, IndexError) as error:
        reason = str(error).split("\n")[0]
        raise ValueError(f"{prefix}: expected a whole TensorFlow checkpoint. Received: {reason}.") from None
    if "_CHECKPOINTABLE_OBJECT_GRAPH" in stored:
        raise ValueError(
            f"{prefix}: expected variables named as Google does (bert/...). Received: a Keras object checkpoint. "
            "Write it with bert4keras's save_weights_as_checkpoint, or save_weights(..., save_format='h5')."
        )
    return Checkpoint(
        weights_path=prefix,
        config=config,
        tensors=tensors,
        names={variable: name for name, variable in by_google.items()},
        unused=[name for name in stored if name not in by_google and not IGNORED.search(name)],
        vocab_path=folder / "vocab.txt",
    )


def write_google(encoder, folder: str | os.PathLike) -> None:
    """Writes bert_config.json, bert_model.ckpt and vocab.txt.

    `build_transformer_model(folder/bert_config.json, folder/bert_model.ckpt)` of bert4keras gives the same logits.

    Args:
        encoder: `Encoder` with a tokenizer.
        folder: Where to; made if it is not there.

    Raises:
        ValueError: Its `norm_epsilon` is not the 1e-12 that these libraries compute with.
    """
    import tensorflow as tf

    epsilon = encoder.config["norm_epsilon"]
    if epsilon != 1e-12:
        raise ValueError(f"Expected norm_epsilon 1e-12, which the readers of this format fix. Received: {epsilon}.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names, values = zip(*((name.google, value) for name, value in encoder_tensors(encoder)), strict=True)
    tf.raw_ops.SaveV2(
        prefix=str(folder / "bert_model.ckpt"),
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=[tf.constant(value) for value in values],
    )
    write_config(encoder, folder / "bert_config.json")
    encoder.tokenizer.save(folder / "vocab.txt")
