"""Tiny encoder with random weights."""

import numpy as np

from textzoo.data import Tokenizer
from textzoo.models import Encoder
from textzoo.models.checkpoints.config_json import find_writable_family
from textzoo.models.checkpoints.encoder_variables import encoder_values
from textzoo.models.checkpoints.family import VariableNames

SIZES = {"vocab_size": 40, "hidden_size": 16, "num_layers": 2, "num_heads": 4, "intermediate_size": 32}


def random_encoder(**options) -> Encoder:
    """Returns a tiny encoder with a tokenizer and weights far from zero."""
    encoder = Encoder(**SIZES | {"max_length": 24, "pooler": True} | options)
    rng = np.random.default_rng(0)
    for weight in encoder.weights:
        weight.assign(rng.normal(0, 0.2, weight.shape) + (weight.name == "gamma"))
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]
    encoder.tokenizer = Tokenizer(special + [chr(0x4E00 + i) for i in range(encoder.vocab_size - len(special))])
    return encoder


def named_values(encoder) -> list[tuple[VariableNames, np.ndarray]]:
    """Returns the encoder's variables with their names in its family."""
    values = encoder_values(encoder)
    heads = {"pooler": encoder.pooler is not None, "mlm_head": encoder.mlm_dense is not None}
    names = find_writable_family(encoder).names(encoder.config, **heads)
    return [(name, values[name.variable]) for name in names]
