"""Callback that stops on a non-finite loss and restores the last finite weights."""

import math

import keras
from keras import ops


class RestoreOnNaN(keras.callbacks.Callback):
    """Stops training at the first step with a non-finite loss or weight, and restores the last finite weights.

    The restored weights are the last copy with a finite loss and finite weights, or the initial weights. A copy takes
    the memory of the weights once more.

    Args:
        interval: Steps between copies. The loss is checked after every step.

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
        self.step, self._epoch = 0, 0
        self._copy_weights()

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        loss = float((logs or {}).get("loss", 0.0))
        if math.isfinite(loss) and self.step % self.interval:
            return
        if math.isfinite(loss) and self._weights_are_finite():
            self._copy_weights()
            return
        problem = f"loss {loss}" if not math.isfinite(loss) else "non-finite weights"
        for weight, value in zip(self.model.weights, self._last_finite, strict=True):
            weight.assign(value)
        raise ValueError(
            f"Expected a finite loss. Received: {problem} at step {self.step} (epoch {self._epoch + 1}, "
            f"batch {batch + 1}). The weights are those after step {self._copied_step}."
        )

    def _copy_weights(self):
        self._synchronize()
        self._copied_step = self.step
        self._last_finite = [ops.copy(ops.stop_gradient(weight.value)) for weight in self.model.weights]

    def _weights_are_finite(self):
        self._synchronize()
        return all(bool(ops.all(ops.isfinite(weight.value))) for weight in self.model.trainable_weights)

    def _synchronize(self):
        """Copies the weights of a running `fit` into the model, where JAX keeps them outside."""
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
