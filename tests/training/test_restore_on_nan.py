"""Non-finite losses and weights: the message names the step, the last finite weights are restored."""

import keras
import numpy as np
import pytest
from keras import ops

from textzoo.losses import ZLPR
from textzoo.training import RestoreOnNaN


def model_of(loss, optimizer=None):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, kernel_initializer="ones")])
    model.compile(optimizer or keras.optimizers.Adam(0.1), loss)
    return model


def weights(model):
    return [ops.convert_to_numpy(w) for w in model.weights]


def test_nan_loss_names_the_step_and_restores_the_weights_of_the_step_before():
    x = np.ones((6, 2), "float32")
    y = np.tile(np.array([[1, 0]], "float32"), (6, 1))
    good = model_of(ZLPR())
    good.fit(np.concatenate([x, x[:2]]), np.concatenate([y, y[:2]]), batch_size=2, shuffle=False, verbose=0)
    x_bad = np.concatenate([x, x[:2], np.full((2, 2), np.nan, "float32")])
    model = model_of(ZLPR())
    with pytest.raises(ValueError, match=r"Received: loss nan at step 5 \(epoch 1, batch 5\)"):
        model.fit(
            x_bad,
            np.concatenate([y, y[:4]]),
            batch_size=2,
            shuffle=False,
            verbose=0,
            callbacks=[RestoreOnNaN()],
            epochs=2,
        )
    for actual, expected in zip(weights(model), weights(good), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-5)


def test_steps_are_counted_over_epochs():
    x = np.ones((4, 2), "float32")
    callback = RestoreOnNaN()
    poison = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: epoch == 1 and model.layers[0].kernel.assign(np.full((2, 2), np.nan))
    )
    model = model_of("mse")
    if keras.backend.backend() == "jax":
        pytest.skip("on JAX fit keeps its own copy of the weights")
    with pytest.raises(ValueError, match=r"step 3 \(epoch 2, batch 1\)"):
        model.fit(x, x, batch_size=2, epochs=3, callbacks=[callback, poison], verbose=0)
    assert all(np.isfinite(w).all() for w in weights(model))


def test_an_infinite_gradient_of_a_finite_loss_is_detected_at_its_step():
    class RootLoss(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return ops.sum(ops.sqrt(ops.abs(y_pred - y_true)), axis=-1)  # infinite slope where the prediction is right

    x = np.ones((2, 2), "float32")
    model = model_of(RootLoss(), keras.optimizers.SGD(0.1))
    with pytest.raises(
        ValueError, match="finite weights; lower the learning rate. Received: NaN or infinity in .*kernel at step 1"
    ):
        model.fit(x, 2 * x, batch_size=2, callbacks=[RestoreOnNaN()], verbose=0)
    np.testing.assert_array_equal(weights(model)[0], np.ones((2, 2)))


def test_a_finite_training_is_unchanged():
    x = np.ones((4, 2), "float32")
    plain, watched = model_of("mse"), model_of("mse")
    plain.fit(x, x, epochs=2, verbose=0)
    watched.fit(x, x, epochs=2, verbose=0, callbacks=[RestoreOnNaN()])
    for actual, expected in zip(weights(watched), weights(plain), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-6)


def test_copies_at_intervals():
    x = np.ones((8, 2), "float32")
    good = model_of("mse")
    good.fit(x[:4], x[:4], batch_size=1, shuffle=False, verbose=0)
    x[6] = np.nan
    model = model_of("mse")
    with pytest.raises(ValueError, match="loss nan at step 7 .*those after step 4"):
        model.fit(x, np.ones_like(x), batch_size=1, shuffle=False, verbose=0, callbacks=[RestoreOnNaN(interval=4)])
    for actual, expected in zip(weights(model), weights(good), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-5)
