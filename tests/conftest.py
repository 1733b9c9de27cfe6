"""Fixtures and helpers that several test folders share."""

from dataclasses import asdict

import keras
import numpy as np
import pytest

from textzoo.data import Tokenizer
from textzoo.models import Encoder

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


def unilm_logits(encoder, rows) -> list[np.ndarray]:
    """Returns the logits after the source and after every target token, of `(source, target)` rows in one batch."""
    lengths = np.array([[len(source), len(target)] for source, target in rows]).max(axis=0)
    source_ids, target_ids = (np.zeros((len(rows), length), "int32") for length in lengths)
    for i, (source, target) in enumerate(rows):
        source_ids[i, : len(source)] = source
        target_ids[i, : len(target)] = target
    _, memory = encoder.encode(source_ids)
    states, _ = encoder.extend(target_ids[:, None], memory)
    states = keras.ops.concatenate([memory.last[:, None], states[:, 0]], axis=1)
    logits = keras.ops.convert_to_numpy(encoder.token_logits(states))
    return [logits[i, : len(target) + 1] for i, (_, target) in enumerate(rows)]


def assert_same_results(actual, expected) -> None:
    """Compares two lists of titles or pairs: floats up to the order of their sums, everything else exactly."""
    for one, other in zip(map(asdict, actual), map(asdict, expected), strict=True):
        floats = [name for name, value in one.items() if isinstance(value, float)]
        assert {**other, **{name: one[name] for name in floats}} == one
        np.testing.assert_allclose([one[name] for name in floats], [other[name] for name in floats], atol=1e-5)


@pytest.fixture(name="random_encoder")
def random_encoder_fixture():
    return random_encoder


@pytest.fixture(name="unilm_logits")
def unilm_logits_fixture():
    return unilm_logits


@pytest.fixture(name="assert_same_results")
def assert_same_results_fixture():
    return assert_same_results
