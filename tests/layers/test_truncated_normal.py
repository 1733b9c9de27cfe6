"""The truncated normal initializer: no two weights of a new model start with the same numbers."""

import itertools

import keras
import numpy as np
import pytest

from textzoo.layers.truncated_normal import TruncatedNormal
from textzoo.models import Encoder, ExtractiveQA, MultiLabelClassifier, QAGenerator, TitleGenerator

pytestmark = pytest.mark.graph

PREFIX = 3


def encoder():
    return Encoder(30, hidden_size=8, num_layers=2, num_heads=2, intermediate_size=16, max_length=12, pooler=True)


@pytest.mark.parametrize(
    "model",
    [
        lambda: QAGenerator(encoder(), copy_head=True),
        lambda: TitleGenerator(encoder(), copy_head=True, decoder="bidirectional"),
        lambda: MultiLabelClassifier(encoder(), num_labels=4),
        lambda: ExtractiveQA(encoder()),
    ],
)
def test_no_two_weights_of_a_new_model_start_alike(model):
    weights = [np.ravel(weight)[:PREFIX] for weight in model().weights if np.size(weight) >= PREFIX]
    random = [weight for weight in weights if len(np.unique(weight)) == PREFIX]
    assert len(random) > 16
    for one, other in itertools.combinations(random, 2):
        assert not np.allclose(one, other)


def test_the_seed_fixes_the_weights():
    first, second, third = (model(seed) for seed in (1, 1, 2))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    assert not all(np.array_equal(one, other) for one, other in zip(first, third, strict=True))


def model(seed):
    keras.utils.set_random_seed(seed)
    return encoder().get_weights()


def test_spread_and_tails():
    drawn = np.asarray(TruncatedNormal(0.5)((200, 100)))
    assert drawn.dtype == "float32" and abs(drawn).max() <= 1
    np.testing.assert_allclose([drawn.mean(), drawn.std()], [0, 0.44], atol=0.01)


def test_a_layer_is_restored_from_its_config():
    layer = keras.layers.Dense(3, kernel_initializer=TruncatedNormal(0.5))
    restored = keras.layers.Dense.from_config(layer.get_config())
    assert restored.kernel_initializer.stddev == 0.5
