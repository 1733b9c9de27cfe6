"""Fractions of steps above and below the flooding level."""

import csv
import logging

import keras
import numpy as np
import pytest

from textzoo.losses import Flooding, apply_flooding_in_training
from textzoo.training import FloodingMonitor


def frozen_model(loss):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), loss)
    return model


def test_fractions_reach_the_log_the_history_and_later_callbacks(tmp_path, caplog):
    x = np.array([[1.0], [0.1], [0.2], [0.5]], "float32")  # squared errors 1, 0.01, 0.04, 0.25
    model = apply_flooding_in_training(frozen_model(Flooding("mse", 0.5)))
    callbacks = [FloodingMonitor(), keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))]
    with caplog.at_level(logging.INFO):
        history = model.fit(x, 0 * x, batch_size=1, epochs=2, callbacks=callbacks, verbose=0).history
    assert history["above_level"] == [0.25, 0.25] and history["below_level"] == [0.75, 0.75]
    assert "epoch 2: 25% of steps above the flooding level, 75% below; plain loss 0.325" in caplog.text
    with (tmp_path / "log.csv").open() as file:
        assert [row["above_level"] for row in csv.DictReader(file)] == ["0.25", "0.25"]


def test_unprepared_model():
    x = np.ones((2, 1), "float32")
    with pytest.raises(ValueError, match="apply_flooding_in_training.*Received: logs of"):
        frozen_model("mse").fit(x, x, callbacks=[FloodingMonitor()], verbose=0)
