"""Reading of the saved weights of an existing model."""

import numpy as np
import pytest

from tests.models.random_encoder import random_encoder
from textzoo.models.presets import stored_weights
from textzoo.training import enable_lora, merged_lora


def test_saved_weights_replace_those_of_the_model(tmp_path):
    encoder = random_encoder()
    encoder.save_to_preset(tmp_path)
    saved = encoder.get_weights()
    encoder.set_weights([weight + 1 for weight in saved])
    encoder.set_weights(stored_weights(encoder, tmp_path))
    for weight, expected in zip(encoder.get_weights(), saved, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_low_rank_updates_keep_their_values(tmp_path):
    encoder = enable_lora(random_encoder(), rank=2)
    dense = encoder.encoder_layers[0].feed_forward_in
    dense.lora_kernel_b.assign(np.ones(dense.lora_kernel_b.shape))
    kernel, update = np.asarray(dense.kernel), np.asarray(dense.lora_kernel_a)
    with merged_lora(encoder):
        encoder.save_to_preset(tmp_path)
    dense.lora_kernel_b.assign(np.zeros(dense.lora_kernel_b.shape))
    encoder.set_weights(stored_weights(encoder, tmp_path))
    np.testing.assert_allclose(dense.kernel, kernel, atol=1e-6)
    np.testing.assert_array_equal(dense.lora_kernel_a, update)


def test_another_architecture_is_refused(tmp_path):
    random_encoder(pooler=False).save_to_preset(tmp_path)
    other = random_encoder(pooler=True)
    with pytest.raises(ValueError, match="lacks tensors of the model: pooler.kernel"):
        stored_weights(other, tmp_path)
