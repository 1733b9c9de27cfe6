"""Randomly initialised encoder that never predicts the end token, and its files for the other workers."""

import json
from pathlib import Path

import keras
import numpy as np

from textzoo.data import Tokenizer
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_google

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]
CHARACTERS = [chr(i) for i in (*range(0x4E00, 0x9FA6), *range(0x3400, 0x4DB6))]
VOCAB_SIZE = 21128


def no_eos_encoder(num_layers: int, hidden_size: int, lengths: list[int], folder: Path) -> tuple[Encoder, list[str]]:
    """Builds the encoder, whose end token has a bias of -1e4, and random texts.

    Args:
        num_layers: Layers of the encoder.
        hidden_size: Width of the encoder, a multiple of 12.
        lengths: Characters of each text.
        folder: Receives the weights as a Google checkpoint, peer.json with the model's size, and sources.json with the
            token ids of the texts.

    Returns:
        The encoder and the texts.
    """
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer([*SPECIAL, *CHARACTERS[: VOCAB_SIZE - len(SPECIAL)]])
    encoder = Encoder(
        VOCAB_SIZE,
        hidden_size=hidden_size,
        num_layers=num_layers,
        num_heads=12,
        intermediate_size=4 * hidden_size,
        mlm_head=True,
    )
    encoder.tokenizer = tokenizer
    encoder.mlm_bias.assign(np.where(np.arange(VOCAB_SIZE) == tokenizer.sep_id, -1e4, 0).astype("float32"))
    write_google(encoder, folder)
    random = np.random.default_rng(0)
    texts = ["".join(random.choice(CHARACTERS[: VOCAB_SIZE - len(SPECIAL)], length)) for length in lengths]
    size = {"vocab_size": VOCAB_SIZE, "hidden_size": hidden_size, "num_layers": num_layers, "num_heads": 12}
    (folder / "peer.json").write_text(json.dumps(size))
    (folder / "sources.json").write_text(json.dumps([tokenizer.encode(text).ids.tolist() for text in texts]))
    return encoder, texts
