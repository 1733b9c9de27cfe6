"""The plain loss at evaluation, for any Keras model."""

import inspect

import keras
from keras import ops

from .flooding import flooding_phase


def apply_flooding_in_training(model: keras.Model) -> keras.Model:
    """Make a model flood in training only: `evaluate` and validation report the plain loss.

    It goes through `Model.compute_loss`, which Keras tells training from evaluation. It also adds two metrics to the
    model's logs: `raw_loss`, the plain loss without regularisation, and `below_level`, the share of steps whose plain
    loss was below the level (what the training loss, |L - b| + b, no longer shows).

    The change is to this object and not saved with it: call it again on a loaded model that is to be evaluated or
    trained further with flooding. Under a distribution strategy call it within the strategy's
    scope. Calling it twice does nothing more.

    Args:
        model: any Keras model whose loss is a `Flooding` (for one of several outputs, or all).

    Returns:
        The same model.

    Raises:
        ValueError: the model overrides `compute_loss` without the argument `training`.

    Example:

    >>> from textzoo.losses import Flooding
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    >>> model.compile(loss=Flooding("mean_squared_error", level=0.5))
    >>> x, y = keras.ops.array([[0.5]]), keras.ops.array([[0.0]])  # the squared error is 0.25
    >>> model.evaluate(x, y, verbose=0)
    0.75
    >>> model = apply_flooding_in_training(model)
    >>> model.evaluate(x, y, verbose=0, return_dict=True)["loss"]
    0.25
    """
    if getattr(model.compute_loss, "applies_flooding_in_training", False):
        return model
    plain_compute_loss = model.compute_loss
    if "training" not in inspect.signature(plain_compute_loss).parameters:
        raise ValueError(
            "Expected a model whose compute_loss takes `training`, which tells evaluation from training. "
            f"Received: {type(model).__name__}.compute_loss{inspect.signature(plain_compute_loss)}"
        )
    raw_loss = keras.metrics.Mean(name="raw_loss")
    below_level = keras.metrics.Mean(name="below_level")
    model._metrics.extend([raw_loss, below_level])  # attributes of a built model cannot be tracked any more

    def compute_loss(x=None, y=None, y_pred=None, sample_weight=None, training=True):
        with flooding_phase(training) as steps:
            total = plain_compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)
        for raw, level in steps:
            raw_loss.update_state(raw)
            below_level.update_state(ops.cast(raw < level, "float32"))
        return total

    compute_loss.applies_flooding_in_training = True  # type: ignore[attr-defined]
    model.compute_loss = compute_loss  # type: ignore[method-assign]
    model.train_function = model.test_function = None  # traced with the method that was there before
    return model
