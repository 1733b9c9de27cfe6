"""Callback that logs the fraction of steps above and below the flooding level."""

import logging

import keras

logger = logging.getLogger(__name__)


class FloodingMonitor(keras.callbacks.Callback):
    """Logs after each epoch the fraction of steps whose plain loss was above and below the flooding level.

    Adds `above_level` to the logs beside `below_level`, so that `History` and later callbacks (CSVLogger, TensorBoard)
    have both, and writes one line to the module's logger. If nearly all steps are above the level, flooding has no
    effect yet. If about half are, the loss oscillates around the level.

    Raises:
        ValueError: At the end of the first epoch, if the model was not prepared with `apply_flooding_in_training`,
            which logs the plain loss.

    Example:

    >>> from textzoo.losses import Flooding, apply_flooding_in_training
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    >>> model.compile(keras.optimizers.SGD(0.0), Flooding("mse", level=0.5))
    >>> x, y = keras.ops.array([[1.0], [0.1]]), keras.ops.zeros((2, 1))  # squared errors 1 and 0.01
    >>> model = apply_flooding_in_training(model)
    >>> history = model.fit(x, y, batch_size=1, callbacks=[FloodingMonitor()], verbose=0).history
    >>> history["above_level"], history["below_level"]
    ([0.5], [0.5])
    """

    def on_epoch_end(self, epoch, logs=None):
        logs = {} if logs is None else logs
        if "below_level" not in logs:
            raise ValueError(
                "Expected a model with a Flooding loss, prepared with textzoo.losses.apply_flooding_in_training. "
                f"Received: logs of {sorted(logs)}"
            )
        logs["above_level"] = 1 - logs["below_level"]
        logger.info(
            "epoch %d: %.0f%% of steps above the flooding level, %.0f%% below; plain loss %.4g",
            epoch + 1,
            100 * logs["above_level"],
            100 * logs["below_level"],
            logs["raw_loss"],
        )
