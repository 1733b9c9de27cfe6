"""Resumed trainings against uninterrupted ones."""

import shutil

import keras
import numpy as np
import pytest

from textzoo.models import adamw
from textzoo.training import TrainingState, WarmupLinearDecay


def make(dropout=0.5, units=4, **options):
    keras.utils.set_random_seed(0)
    layers = [keras.Input((3,)), keras.layers.Dense(units), keras.layers.Dropout(dropout), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile(adamw(WarmupLinearDecay(0.1, 40, warmup_steps=4), **options), "mse", metrics=["mae"])
    return model


def fit(model, epochs, *, initial_epoch=0, callbacks=()):
    x = np.random.default_rng(0).normal(size=(8, 3))
    options = {"batch_size": 2, "shuffle": False, "verbose": 0, "initial_epoch": initial_epoch}
    model.fit(x, x[:, :1], epochs=epochs, callbacks=list(callbacks), **options)
    return model.get_weights()


@pytest.mark.parametrize(
    "options",
    [
        {"gradient_accumulation_steps": 3},
        pytest.param({}, marks=pytest.mark.slow),
        pytest.param({"ema_momentum": 0.9}, marks=pytest.mark.slow),
    ],
)
def test_a_resumed_training_equals_an_uninterrupted_one(options, tmp_path):
    uninterrupted = fit(make(**options), 5)
    fit(make(**options), 3, callbacks=[TrainingState(tmp_path / "b")])  # the third epoch is repeated
    model, backup = make(**options), TrainingState(tmp_path / "b")
    assert backup.epoch == 2
    backup.restore(model)
    for one, other in zip(fit(model, 5, initial_epoch=2), uninterrupted, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-7)


def test_the_seeds_of_dropout_are_restored(tmp_path):
    fit(make(), 3, callbacks=[TrainingState(tmp_path / "b")])
    model = make()
    TrainingState(tmp_path / "b").restore(model)
    seeds = [variable.numpy().tolist() for variable in model.variables if "seed" in variable.path]
    assert seeds and seeds[0][1] == 2 * 4


def test_one_file_is_kept_and_an_incomplete_one_is_ignored(tmp_path):
    backup = TrainingState(tmp_path / "b")
    assert backup.epoch == 0
    fit(make(), 4, callbacks=[backup])
    (tmp_path / "b" / "part").write_bytes(b"half")
    assert [file.name for file in tmp_path.glob("b/*.safetensors")] == ["epoch-3.safetensors"] and backup.epoch == 3
    shutil.copy(tmp_path / "b" / "epoch-3.safetensors", tmp_path / "b" / "epoch-2.safetensors")
    assert backup.epoch == 3


def test_another_model_and_an_incomplete_file_are_rejected(tmp_path):
    backup = TrainingState(tmp_path / "b")
    fit(make(), 2, callbacks=[backup])
    with pytest.raises(ValueError, match="expected the variables of this model"):
        backup.restore(make(units=5))
    (tmp_path / "b" / "epoch-1.safetensors").write_bytes(b"half")
    with pytest.raises(ValueError, match="not a complete safetensors file"):
        backup.restore(make())


def test_remove(tmp_path):
    backup = TrainingState(tmp_path / "b")
    fit(make(), 2, callbacks=[backup])
    backup.remove()
    assert not (tmp_path / "b").exists()
    backup.remove()
