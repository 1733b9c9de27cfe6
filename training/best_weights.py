"""Callback that keeps the weights of the best epoch."""

from collections.abc import Callable

import keras


class BestWeights(keras.callbacks.Callback):
    """Saves the model after each epoch with the lowest loss so far, and restores the best weights at the end.

    The saved model remains if the training is interrupted. An epoch with a NaN loss is never the best.

    Args:
        save: Called without arguments to save the model; None: no saving.
        monitor: Name of the logged value to minimize.

    Raises:
        ValueError: During training, if no value named `monitor` is logged.

    Example:

    >>> model = keras.Sequential([keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> best = BestWeights(monitor="loss")
    >>> history = model.fit(keras.ops.ones((2, 1)), keras.ops.ones((2, 1)), epochs=2, callbacks=[best], verbose=0)
    >>> best.epoch
    1
    """

    def __init__(self, save: Callable[[], None] | None = None, monitor: str = "val_loss"):
        super().__init__()
        self.save = save
        self.monitor = monitor
        self.best = float("inf")
        self.epoch: int | None = None
        self._weights = None

    def resume(self, *, best: float, epoch: int, weights: list) -> None:
        """Sets the best epoch of the training that is resumed.

        Args:
            best: The lowest loss.
            epoch: Its epoch, from 0.
            weights: The weights after that epoch, as `Model.get_weights` returns them.
        """
        self.best, self.epoch, self._weights = best, epoch, weights

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if self.monitor not in logs:
            raise ValueError(f"Expected {self.monitor!r} among the logged values. Received: {sorted(logs)}")
        if logs[self.monitor] < self.best:
            self.best, self.epoch = logs[self.monitor], epoch
            self._weights = self.model.get_weights()
            if self.save is not None:
                self.save()

    def on_train_end(self, logs=None):
        if self._weights is not None:
            self.model.set_weights(self._weights)
