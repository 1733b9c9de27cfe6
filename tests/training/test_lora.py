"""Training and saving with low-rank updates."""

import keras
import numpy as np
import pytest

from tests.models.random_encoder import random_encoder
from textzoo.models import QAGenerator, QAPreprocessor
from textzoo.training import enable_lora, merged_lora

IDS = np.array([[2, 7, 8, 3], [2, 9, 3, 0]])


@pytest.fixture
def model():
    encoder = random_encoder()
    return enable_lora(QAGenerator(encoder, QAPreprocessor(encoder.tokenizer), copy_head=True), rank=2)


def test_only_updates_biases_norms_and_heads_are_trainable(model):
    layers = {weight.path for layer in model.encoder.encoder_layers for weight in layer.trainable_weights}
    assert all(path.split("/")[-1] in ("bias", "gamma", "beta", "lora_kernel_a", "lora_kernel_b") for path in layers)
    names = [weight.name for weight in model.trainable_weights]
    assert "embeddings" not in names and names.count("lora_kernel_a") == 2 * 6 and "mlm_bias" in names


def test_initial_outputs_are_those_of_the_plain_model():
    plain, encoder = random_encoder(), random_encoder()
    enable_lora(keras.Sequential([encoder]), rank=2)
    np.testing.assert_allclose(encoder(IDS), plain(IDS), rtol=1e-6)


def test_saved_model_is_plain_with_the_same_outputs(model, tmp_path):
    plain = np.asarray(model.encoder(IDS))
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        if weight.name.startswith("lora"):
            weight.assign(rng.normal(0, 0.3, weight.shape))
    updated = np.asarray(model.encoder(IDS))
    assert abs(updated - plain).max() > 0.1
    before = [weight.numpy() for weight in model.weights]
    with merged_lora(model):
        model.save_to_preset(tmp_path)
    np.testing.assert_allclose(QAGenerator.from_preset(tmp_path).encoder(IDS), updated, rtol=1e-4, atol=1e-5)
    for weight, value in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), value)
    np.testing.assert_allclose(model.encoder(IDS), updated, rtol=1e-6)


def test_bad_rank():
    with pytest.raises(ValueError, match="rank of 1 or more"):
        enable_lora(keras.Sequential([random_encoder()]), rank=0)
