"""Rates of the schedule by hand."""

import keras
import numpy as np
import pytest

from textzoo.training import WarmupLinearDecay


def test_rates_by_hand():
    rates = [float(WarmupLinearDecay(8e-4, total_steps=10, warmup_steps=4)(step)) for step in range(12)]
    expected = [2e-4, 4e-4, 6e-4, 8e-4, 8e-4, 8e-4 * 5 / 6, 8e-4 * 4 / 6, 4e-4, 8e-4 * 2 / 6, 8e-4 / 6, 0, 0]
    np.testing.assert_allclose(rates, expected, rtol=1e-6, atol=1e-12)


def test_without_warmup_the_first_step_has_the_peak():
    assert float(WarmupLinearDecay(0.5, total_steps=2)(0)) == 0.5


def test_serialization_round_trip():
    schedule = WarmupLinearDecay(0.5, total_steps=9, warmup_steps=3)
    config = keras.saving.serialize_keras_object(schedule)
    assert config["registered_name"] == "textzoo>WarmupLinearDecay"
    again = keras.saving.deserialize_keras_object(config)
    assert [float(again(step)) for step in range(9)] == [float(schedule(step)) for step in range(9)]


@pytest.mark.parametrize("warmup_steps", [-1, 5, 6])
def test_impossible_warmup_is_rejected(warmup_steps):
    with pytest.raises(ValueError, match=f"Received: warmup_steps={warmup_steps}, total_steps=5"):
        WarmupLinearDecay(1.0, total_steps=5, warmup_steps=warmup_steps)
