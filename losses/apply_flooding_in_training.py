"""Flooding in training and plain losses at evaluation, for any Keras model."""

import inspect

import keras
from keras import ops

from .flooding import flooding_phase


def apply_flooding_in_training(model: keras.Model) -> keras.Model:
    """Restricts flooding to training: `evaluate` and validation report the plain loss.

    The function wraps `Model.compute_loss`, which receives `training` from Keras. It adds two metrics to the model's
    logs: `raw_loss`, the plain loss without regularisation, and `below_level`, the fraction of steps whose plain loss
    is below the level. The training loss |L - b| + b shows neither.

    The change applies to this model object and is not saved. Call the function again on a loaded model. Under a
    distribution strategy call it within the strategy's scope. A second call has no effect.

    Args:
        model: any Keras model with a `Flooding` loss for one or more outputs.

    Returns:
        The same model.

    Raises:
        ValueError: the model overrides `compute_loss` without an argument `training`.

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
            "Expected a model whose compute_loss takes `training`; add the argument. "
            f"Received: {type(model).__name__}.compute_loss{inspect.signature(plain_compute_loss)}"
        )
    raw_loss = keras.metrics.Mean(name="raw_loss")
    below_level = keras.metrics.Mean(name="below_level")
    # Keras does not track new attributes of a built model, and no public name adds metrics to one. The private
    # `_metrics` is known to work with Keras 3.15.
    model._metrics.extend([raw_loss, below_level])

    def compute_loss(x=None, y=None, y_pred=None, sample_weight=None, training=True):
        with flooding_phase(training) as plain_losses:
            total = plain_compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)
        for raw, level in plain_losses:
            raw_loss.update_state(raw)
            below_level.update_state(ops.cast(raw < level, "float32"))
        return total

    compute_loss.applies_flooding_in_training = True  # type: ignore[attr-defined]
    model.compute_loss = compute_loss  # type: ignore[method-assign]
    model.train_function = model.test_function = None  # they may have been traced with the plain method
    return model
