"""Gradient penalty: the regularizer that flooding applies implicitly."""

import inspect

import keras
from keras import ops

from ..data.check_types import check_types

WEIGHT_GROUPS = ("embeddings", "all")


@check_types
def gradient_penalty(model: keras.Model, coefficient: float = 1.0, *, on: str = "embeddings") -> keras.Model:
    """Adds a penalty on the squared gradient norm to a model's training loss.

        loss = L + (coefficient / 2) · ‖∇_W L‖²

    W is the embedding tables, as in Su's examples (the first-order form of virtual adversarial training), or all
    weights. Training at learning rate ε with flooding oscillates around a level in pairs of steps. Each pair moves the
    weights by -(ε² / 2) ∇‖∇L‖²; this penalty does so at every step. A step costs about two plain steps and, for the
    embeddings, the memory of a dense gradient of each table. Evaluation reports the plain loss, the training log the
    penalized one.

    The penalty wraps the model's own `train_step` and `compute_loss`. It works with any model that has these, and with
    `apply_flooding_in_training`. The change affects this object and is not saved. TensorFlow only, on one device.

    Args:
        model: Any Keras model.
        coefficient: Weight of the penalty, at least 0. Su uses 1 for embeddings.
        on: `"embeddings"`, every weight of that name (`keras.layers.Embedding` and the zoo's position tables), or
            `"all"`.

    Returns:
        The same model.

    Raises:
        ValueError: `on` is unknown, the coefficient is negative, the model has no such weights, the backend is not
            TensorFlow, there are several replicas, or `compute_loss` has no argument `training`.

    Example:

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    >>> model.compile("sgd", "mse")
    >>> model = gradient_penalty(model, coefficient=0.5, on="all")
    >>> x, y = keras.ops.array([[1.0]]), keras.ops.array([[0.0]])
    >>> model.fit(x, y, verbose=0).history["loss"]  # L = w² = 1, slope 2: 1 + 0.25 · 4
    [2.0]
    >>> round(model.evaluate(x, y, verbose=0), 4)  # w = 1 - 0.01 (2 + 0.25 · 8) = 0.96
    0.9216

    Reference:
        Su Jianlin, https://kexue.fm/archives/7643 (flooding), https://kexue.fm/archives/7234 (gradient penalty)
    """
    if keras.backend.backend() != "tensorflow":
        raise ValueError(f"Expected the tensorflow backend. Received: {keras.backend.backend()}")
    import tensorflow as tf

    if on not in WEIGHT_GROUPS:
        raise ValueError(f"Expected on to be one of {WEIGHT_GROUPS}. Received: on={on!r}")
    if not coefficient >= 0:
        raise ValueError(f"Expected a coefficient of 0 or more. Received: coefficient={coefficient}")
    if model.distribute_strategy is not None and model.distribute_strategy.num_replicas_in_sync > 1:
        raise ValueError("Expected a model on one device. Received: a strategy of several replicas")
    plain_compute_loss, plain_train_step = model.compute_loss, model.train_step
    if "training" not in inspect.signature(plain_compute_loss).parameters:
        raise ValueError(
            "Expected a model whose compute_loss takes `training`, which distinguishes training from evaluation. "
            f"Received: {type(model).__name__}.compute_loss{inspect.signature(plain_compute_loss)}"
        )
    if model.built and not _penalized_weights(model, on):
        raise ValueError(f"Expected weights named 'embeddings' in the model. Received: on={on!r}")
    tapes: list[tf.GradientTape] = []

    def train_step(data):
        with tf.GradientTape() as tape:
            tapes.append(tape)
            try:
                return plain_train_step(data)
            finally:
                tapes.pop()

    def compute_loss(x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = plain_compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)
        if not training or not tapes:
            return loss
        # The tape of the model's own train_step still records this gradient and differentiates it again
        gradients = tapes[-1].gradient(loss, [weight.value for weight in _penalized_weights(model, on)])
        squares = [ops.sum(ops.square(tf.convert_to_tensor(g))) for g in gradients if g is not None]
        return loss + coefficient / 2 * ops.cast(sum(squares), loss.dtype)

    # Markers on the wrapped compute_loss stay visible
    compute_loss.__dict__.update(getattr(plain_compute_loss, "__dict__", {}))
    model.compute_loss, model.train_step = compute_loss, train_step  # type: ignore[method-assign]
    model.train_function = None  # traced with the previous methods
    return model


def _penalized_weights(model, on):
    return [weight for weight in model.trainable_weights if on == "all" or weight.name == "embeddings"]
