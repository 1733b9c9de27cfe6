"""Saving and restoring of the best epoch."""

import keras
import pytest

from textzoo.training import BestWeights


def run(losses, **options):
    """Returns the final weight and the saved weights of a training whose epoch n has weight n and losses[n]."""
    model = keras.Sequential([keras.layers.Dense(1, use_bias=False)])
    model.build((None, 1))
    saved = []
    best = BestWeights(lambda: saved.append(float(model.get_weights()[0][0, 0])), **options)
    best.set_model(model)
    for epoch, loss in enumerate(losses):
        model.set_weights([keras.ops.convert_to_numpy([[float(epoch)]])])
        best.on_epoch_end(epoch, {"val_loss": loss})
    best.on_train_end()
    return float(model.get_weights()[0][0, 0]), saved


def test_lowest_loss_is_saved_and_restored():
    assert run([3.0, 1.0, 2.0, 1.0]) == (1.0, [0.0, 1.0])


def test_nan_is_never_the_best():
    assert run([float("nan"), 5.0, float("nan")]) == (1.0, [1.0])
    assert run([float("nan"), float("nan")]) == (1.0, [])


def test_unknown_monitor():
    with pytest.raises(ValueError, match="'val_los' among the logged values. Received: \\['val_loss'\\]"):
        run([1.0], monitor="val_los")
