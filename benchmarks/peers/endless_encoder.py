"""An encoder with random weights whose writing never ends, and the files that its peers read."""

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


def endless_encoder(layers: int, width: int, lengths: list[int], folder: Path) -> tuple[Encoder, list[str]]:
    """The encoder, and random texts of so many characters.

    Its end token has a bias of -1e4. `folder` gets the weights as a Google checkpoint, peer.json with the size, and
    sources.json with the texts' token ids.
    """
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer([*SPECIAL, *CHARACTERS[: VOCAB_SIZE - len(SPECIAL)]])
    encoder = Encoder(VOCAB_SIZE, width, layers, 12, 4 * width, mlm_head=True)
    encoder.tokenizer = tokenizer
    encoder.mlm_bias.assign(np.where(np.arange(VOCAB_SIZE) == tokenizer.sep_id, -1e4, 0).astype("float32"))
    write_google(encoder, folder)
    random = np.random.default_rng(0)
    texts = ["".join(random.choice(CHARACTERS[: VOCAB_SIZE - len(SPECIAL)], length)) for length in lengths]
    size = {"vocab_size": VOCAB_SIZE, "hidden_size": width, "layers": layers, "heads": 12}
    (folder / "peer.json").write_text(json.dumps(size))
    (folder / "sources.json").write_text(json.dumps([tokenizer.encode(text).ids.tolist() for text in texts]))
    return encoder, texts
