import keras
import numpy as np
import pytest

from textzoo.models import ContextualEmbedder
from textzoo.similarity import wrd

TEXTS = ["一丁丂七", "丁", "七丂丁一七丂丁一"]


def test_states_of_the_tokens(random_encoder):
    encoder = random_encoder()
    units, vectors = ContextualEmbedder(encoder, "last")(TEXTS)
    assert ["".join(own) for own in units] == TEXTS
    for text, found in zip(TEXTS, vectors, strict=True):
        alone = keras.ops.convert_to_numpy(encoder(encoder.tokenizer.encode(text).ids[None]))[0, 1:-1]
        np.testing.assert_allclose(found, alone, atol=1e-5)


def test_first_last_is_the_mean_of_two_layers(random_encoder):
    encoder, one_layer = random_encoder(), random_encoder()
    one_layer.encoder_layers = one_layer.encoder_layers[:1]
    first, last, both = (
        ContextualEmbedder(one, layers)(TEXTS)[1]
        for one, layers in ((one_layer, "last"), (encoder, "last"), (encoder, "first_last"))
    )
    for i in range(len(TEXTS)):
        np.testing.assert_allclose(both[i], (first[i] + last[i]) / 2, atol=1e-5)
    assert np.abs(first[0] - last[0]).max() > 0.1


def test_whitening(random_encoder):
    embed = ContextualEmbedder(random_encoder())
    before = embed.name
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("一丁丂七丄丅丆万"), 8)) for _ in range(20)]
    states = np.concatenate(embed.fit_whitening(texts)(texts)[1])
    np.testing.assert_allclose(states.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(np.cov(states.T, bias=True), np.eye(16), atol=1e-2)
    assert embed.name != before and wrd(states, states) == 0


def test_long_texts_are_cut_and_empty_ones_empty(random_encoder):
    units, vectors = ContextualEmbedder(random_encoder())(["一" * 99, ""])
    assert len(units[0]) == len(vectors[0]) == 22 and vectors[1].shape == (0, 16) and units[1] == []


def test_bad_input(random_encoder):
    encoder = random_encoder()
    with pytest.raises(ValueError, match="Received: 'middle'"):
        ContextualEmbedder(encoder, "middle")
    with pytest.raises(ValueError, match="more than 16 tokens"):
        ContextualEmbedder(encoder).fit_whitening(["一"])
    encoder.tokenizer = None
    with pytest.raises(ValueError, match="with a tokenizer"):
        ContextualEmbedder(encoder)
