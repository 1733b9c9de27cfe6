"""Training ends where the loss is no longer a number, with weights that are."""

import math

import keras
from keras import ops


class RestoreOnNaN(keras.callbacks.Callback):
    """Stops training at the first step whose loss or weights are not finite, and puts back the last good weights.

    The good weights are those after the last step that left loss and weights finite, or those training started from.
    They are copied after every step, or every few: the memory of the weights once more, and the time of one copy.

    Args:
        every: Steps between copies; the loss is looked at after every step.

    Raises:
        ValueError: while training; it names the step.

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

    def __init__(self, every: int = 1):
        super().__init__()
        self.every = every

    def on_train_begin(self, logs=None):
        self.step, self._epoch = 0, 0
        self._keep()

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        loss = float((logs or {}).get("loss", 0.0))
        if math.isfinite(loss) and self.step % self.every:
            return
        if math.isfinite(loss) and self._weights_are_finite():
            self._keep()
            return
        what = f"loss {loss}" if not math.isfinite(loss) else "weights that are not finite"
        for weight, value in zip(self.model.weights, self._good, strict=True):
            weight.assign(value)
        raise ValueError(
            f"Expected a finite loss. Received: {what} at step {self.step} (epoch {self._epoch + 1}, "
            f"batch {batch + 1}). The weights are those after step {self._kept}."
        )

    def _keep(self):
        self._synchronise()
        self._kept = self.step
        self._good = [ops.copy(ops.stop_gradient(weight.value)) for weight in self.model.weights]

    def _weights_are_finite(self):
        self._synchronise()
        return all(bool(ops.all(ops.isfinite(weight.value))) for weight in self.model.trainable_weights)

    def _synchronise(self):
        """On JAX, `fit` keeps the weights outside the model until asked."""
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
