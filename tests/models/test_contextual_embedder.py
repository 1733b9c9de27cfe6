"""Contextual embeddings equal the encoder's states of single texts."""

import keras
import numpy as np
import pytest

from tests.models.random_encoder import random_encoder
from textzoo.models import ContextualEmbedder

TEXTS = ["一丁丂七", "丁", "七丂丁一七丂丁一"]


def test_last_layer_equals_the_states_of_each_text_alone():
    encoder = random_encoder()
    units, vectors = ContextualEmbedder(encoder, "last")(TEXTS)
    assert ["".join(tokens) for tokens in units] == TEXTS
    for text, states in zip(TEXTS, vectors, strict=True):
        alone = keras.ops.convert_to_numpy(encoder(encoder.tokenizer.encode(text).ids[None]))[0, 1:-1]
        np.testing.assert_allclose(states, alone, atol=1e-5)


def test_first_last_is_the_mean_of_two_layers():
    encoder, one_layer = random_encoder(), random_encoder()
    one_layer.encoder_layers = one_layer.encoder_layers[:1]
    first, last, first_last = (
        ContextualEmbedder(one, layers)(TEXTS)[1]
        for one, layers in ((one_layer, "last"), (encoder, "last"), (encoder, "first_last"))
    )
    for i in range(len(TEXTS)):
        np.testing.assert_allclose(first_last[i], (first[i] + last[i]) / 2, atol=1e-5)
    assert np.abs(first[0] - last[0]).max() > 0.1


def test_name_depends_on_layers_and_weights():
    encoder = random_encoder()
    name = ContextualEmbedder(encoder).name
    assert name == ContextualEmbedder(random_encoder()).name != ContextualEmbedder(encoder, "last").name
    encoder.mlm_bias.assign_add(np.ones(encoder.vocab_size))
    assert ContextualEmbedder(encoder).name != name


def test_long_texts_are_truncated_and_empty_texts_have_no_vectors():
    units, vectors = ContextualEmbedder(random_encoder())(["一" * 99, ""])
    assert len(units[0]) == len(vectors[0]) == 22 and vectors[1].shape == (0, 16) and units[1] == []


def test_bad_input():
    encoder = random_encoder()
    with pytest.raises(ValueError, match="Received: 'middle'"):
        ContextualEmbedder(encoder, "middle")
    encoder.tokenizer = None
    with pytest.raises(ValueError, match="The encoder has no tokenizer"):
        ContextualEmbedder(encoder)
