"""Training of a fixed number of batches."""

import keras
import numpy as np
import pytest

from textzoo.training import StopAfterSteps


@pytest.mark.parametrize(("steps", "expected"), [(1, 1), (4, 4), (6, 6), (50, 9)])
def test_batches_are_counted_over_epochs(steps, expected):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((3, 1), "float32")
    model.fit(x, x, batch_size=1, epochs=3, callbacks=[StopAfterSteps(steps)], verbose=0)
    assert int(model.optimizer.iterations) == expected
