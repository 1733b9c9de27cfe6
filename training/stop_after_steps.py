"""Callback that stops training after a fixed number of batches."""

import keras


class StopAfterSteps(keras.callbacks.Callback):
    """Stops training after a number of batches, also in the middle of an epoch.

    Args:
        steps: int. Number of batches.

    Example:

    >>> model = keras.Sequential([keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x = keras.ops.ones((4, 1))
    >>> history = model.fit(x, x, batch_size=1, epochs=9, callbacks=[StopAfterSteps(6)], verbose=0)
    >>> len(history.history["loss"]), int(model.optimizer.iterations)
    (2, 6)
    """

    def __init__(self, steps: int):
        super().__init__()
        self.steps = steps
        self.seen = 0

    def on_train_batch_end(self, batch, logs=None):
        self.seen += 1
        if self.seen >= self.steps:
            self.model.stop_training = True
