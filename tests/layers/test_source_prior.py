"""The source prior against its formula in float64."""

import keras
import numpy as np
import pytest

from tests.layers.references import randomize
from textzoo.layers.source_prior import SourcePrior

pytestmark = pytest.mark.graph

VOCAB = 9
RNG = np.random.default_rng(1)
LOGITS = RNG.normal(size=(2, 3, 2, VOCAB)).astype("float32")
IDS = np.array([[2, 5, 7, 5, 3, 0], [2, 8, 8, 6, 4, 3]])
MASK = np.array([[0, 1, 1, 1, 0, 0], [0, 1, 1, 1, 1, 0]], bool)


def oracle(layer):
    """Computes the layer token by token in float64."""
    scale, shift = (np.asarray(weight, "float64") for weight in (layer.log_scale, layer.shift))
    out = np.zeros(LOGITS.shape)
    for b, s, t, token in np.ndindex(LOGITS.shape):
        occurs = token in IDS[b][MASK[b]]
        out[b, s, t, token] = (float(LOGITS[b, s, t, token]) + np.exp(scale[token]) * occurs + shift[token]) / 2
    return out


def test_equals_its_formula():
    layer = randomize(SourcePrior(VOCAB))
    np.testing.assert_allclose(layer(LOGITS, layer.prior(IDS, MASK)), oracle(layer), atol=1e-6)


def test_a_new_prior_favours_exactly_the_source_tokens():
    layer = SourcePrior(VOCAB)
    prior = layer.prior(IDS, MASK).numpy()
    assert [set(row.nonzero()[0].tolist()) for row in prior] == [{5, 7}, {8, 6, 4}]
    assert set(prior.ravel()) == {0, 1}


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_the_prior_is_float32(policy):
    layer = SourcePrior(VOCAB, dtype=policy)
    assert keras.backend.standardize_dtype(layer(LOGITS, layer.prior(IDS, MASK)).dtype) == "float32"


def test_config():
    layer = SourcePrior(VOCAB)
    loaded = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert loaded.vocab_size == VOCAB and [weight.shape for weight in loaded.weights] == [(VOCAB,), (VOCAB,)]
