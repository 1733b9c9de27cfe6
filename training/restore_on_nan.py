"""Callback that stops on a non-finite loss and restores the last finite weights."""

import math

import keras
from keras import ops


class RestoreOnNaN(keras.callbacks.Callback):
    """Stops training at a non-finite loss or weight, and restores the last finite weights.

    The loss is checked after every step, the weights before every copy and at the end of an epoch. The restored weights
    are the last copy with a finite loss and finite weights, or the initial weights. A copy takes the memory of the
    weights once more.

    Args:
        interval: Steps between copies.

    Raises:
        ValueError: During training; the message names the step.

    Example:

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    >>> model.compile("sgd", "mse")
    >>> x = keras.ops.array([[0.0], [float("nan")]])
    >>> model.fit(x, x, batch_size=1, shuffle=False, callbacks=[RestoreOnNaN()], verbose=0)
    Traceback (most recent call last):
        ...
    ValueError: Expected a finite loss. Received: loss nan at step 2 (epoch 1, batch 2). The weights are those ...
    >>> float(model.weights[0][0, 0])
    1.0
    """

    def __init__(self, interval: int = 1):
        super().__init__()
        self.interval = interval

    def on_train_begin(self, logs=None):
        self.step, self._epoch, self._batch = 0, 0, 0
        self._copy_weights()

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.step, self._batch = self.step + 1, batch
        loss = float((logs or {}).get("loss", 0.0))
        if math.isfinite(loss) and self.step % self.interval:
            return
        self._check(loss)
        self._copy_weights()

    def on_epoch_end(self, epoch, logs=None):
        self._check(0.0)

    def _check(self, loss):
        """Restores the last finite weights and raises if the loss or a weight is not finite."""
        if not math.isfinite(loss):
            expected, received = "a finite loss", f"loss {loss}"
        else:
            self._synchronize()
            weights = self.model.trainable_weights
            name = next((w.path for w in weights if not bool(ops.all(ops.isfinite(w.value)))), None)
            if name is None:
                return
            expected, received = "finite weights; lower the learning rate", f"NaN or infinity in {name}"
        for weight, value in zip(self.model.weights, self._last_finite, strict=True):
            weight.assign(value)
        raise ValueError(
            f"Expected {expected}. Received: {received} at step {self.step} (epoch {self._epoch + 1}, "
            f"batch {self._batch + 1}). The weights are those after step {self._copied_step}."
        )

    def _copy_weights(self):
        self._synchronize()
        self._copied_step = self.step
        self._last_finite = [ops.copy(ops.stop_gradient(weight.value)) for weight in self.model.weights]

    def _synchronize(self):
        """Copies the weights of a running `fit` into the model, where JAX keeps them outside."""
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
