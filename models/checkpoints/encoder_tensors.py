"""The variables of an encoder as arrays."""

from operator import attrgetter

import keras
import numpy as np

from .name_table import Name, name_table


def encoder_tensors(encoder) -> list[tuple[Name, np.ndarray]]:
    """Every variable of an `Encoder` with its names, float32, in the encoder's orientation."""
    names = name_table(encoder.num_layers, encoder.pooler is not None, encoder.mlm_dense is not None)
    return [(name, _value(encoder, name.variable)) for name in names]


def _value(encoder, path: str) -> np.ndarray:
    if path.startswith("encoder_layers."):
        _, index, path = path.split(".", 2)
        encoder = encoder.encoder_layers[int(index)]
    return np.asarray(keras.ops.convert_to_numpy(attrgetter(path)(encoder)), "float32")
