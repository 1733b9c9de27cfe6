"""A folder in the format of Google's TF1 checkpoints, which bert4keras loads."""

import os
from pathlib import Path

from .encoder_tensors import encoder_tensors
from .write_config import write_config

# bert4keras's names: it computes "gelu" with erf.
ACTIVATIONS = {"gelu_tanh": "gelu_tanh"}


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
    write_config(encoder, folder / "bert_config.json", ACTIVATIONS)
    encoder.tokenizer.save(folder / "vocab.txt")
