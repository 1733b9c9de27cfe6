"""Lookup of losses by name."""

import keras
import pytest

from textzoo.losses import ZLPR, SequenceCrossentropy, SparseZLPR, get_loss

pytestmark = pytest.mark.graph


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("zlpr", ZLPR),
        ("ZLPR", ZLPR),
        ("sparse_zlpr", SparseZLPR),
        ("SequenceCrossentropy", SequenceCrossentropy),
        ("sequence_crossentropy", SequenceCrossentropy),
        ("binary_crossentropy", keras.losses.BinaryCrossentropy),
        ("CategoricalGeneralizedCrossEntropy", keras.losses.CategoricalGeneralizedCrossEntropy),
        ("mse", keras.losses.MeanSquaredError),
        (keras.losses.mean_squared_error, keras.losses.MeanSquaredError),
    ],
)
def test_returns_the_loss(identifier, expected):
    assert type(get_loss(identifier)) is expected


def test_an_object_is_returned_unchanged():
    loss = ZLPR(threshold=1.0)
    assert get_loss(loss) is loss


@pytest.mark.parametrize("identifier", ["zlprr", "Loss", "flooding", "get", lambda y_true, y_pred: 0, 3])
def test_an_unknown_name_raises_with_the_known_ones(identifier):
    with pytest.raises(ValueError, match="BinaryCrossentropy.*SequenceCrossentropy.*ZLPR.*Received"):
        get_loss(identifier)
