"""Flooding: training that stops to push a loss below a level."""

import contextlib
import contextvars
import copy
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import keras
from keras import ops

from .get_loss import get_loss

Tensor = Any


class Phase(NamedTuple):
    """What `flooding_phase` tells a `Flooding`, and what it reports back: plain losses and their levels."""

    training: bool
    steps: list[tuple[Tensor, float]]


_phase: contextvars.ContextVar[Phase | None] = contextvars.ContextVar("flooding_phase", default=None)


@contextlib.contextmanager
def flooding_phase(training: bool) -> Iterator[list[tuple[Tensor, float]]]:
    """Within it `Flooding` floods only if `training`, and appends (plain loss, level) to the list it yields."""
    phase = Phase(training, [])
    token = _phase.set(phase)
    try:
        yield phase.steps
    finally:
        _phase.reset(token)


@keras.saving.register_keras_serializable(package="textzoo")
class Flooding(keras.losses.Loss):
    """A loss that is pulled down to a level and pushed up again below it.

    With the loss L of a batch after its reduction, and the level b:

        scope "batch":    |L - b| + b
        scope "example":  reduction of |l_i - b| + b        (iFlood)

    A step down and a step up of size ε move the weights by -(ε² / 2) ∇‖∇L‖²: it looks for flat minima
    (`training.gradient_penalty` does the same in the open).

    What happens where:

    - Evaluation: a Keras loss cannot know that it is evaluated, so `evaluate` and validation would report the flooded
      value. After `apply_flooding_in_training(model)` they report the plain loss; the zoo's models do so by themselves.
    - `sample_weight` and masks: they act inside L, or on the l_i after flooding.
    - Regularisation losses are added by the model after the loss: they are never flooded.
    - Gradient accumulation: each micro-batch is flooded by itself, as each batch without it.
    - MirroredStrategy: each replica floods the mean of its own part of the batch; the level means the same as on one.
    - Around `SequenceCrossentropy`: L is the mean over the batch's tokens, so the level is per token; an "example" of
      scope "example" is a token, as each value a loss returns before its reduction is.

    Args:
        loss: a `keras.losses.Loss`, a function of `keras.losses`, or a name (`get_loss`).
        level: b, in units of L; 0 is the loss itself where that is never negative. Chosen on validation data; published
            levels are 0.01 to 0.05 for image classification.
        scope: `"batch"` or `"example"`.
        name: name of the loss.

    Raises:
        ValueError: an unknown loss name (the known ones are listed), a level that is negative or not finite, another
            scope, or scope "batch" around a loss that is not reduced.

    Example:

    >>> flooding = Flooding("mean_squared_error", level=0.5)
    >>> flooding(keras.ops.zeros((1, 1)), keras.ops.ones((1, 1)) * 0.5).numpy().item()  # L is 0.25
    0.75

    Reference:
        Su Jianlin, https://kexue.fm/archives/7643; Ishida et al. 2020, "Do We Need Zero Training Loss After Achieving
        Zero Training Error?", https://arxiv.org/abs/2002.08709; Xie et al. 2022, "iFlood"
    """

    def __init__(self, loss: Any, level: float, scope: str = "batch", name: str = "flooding"):
        self.loss = get_loss(loss)
        super().__init__(name=name, reduction=self.loss.reduction, dtype=self.loss.dtype)
        if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 <= level < math.inf:
            raise ValueError(f"Expected level to be a number, 0 or more. Received: level={level!r}")
        if scope not in ("batch", "example"):
            raise ValueError(f"Expected scope to be 'batch' or 'example'. Received: scope={scope!r}")
        if scope == "batch" and self.reduction in (None, "none"):
            raise ValueError(
                "Expected a loss with a reduction for scope='batch', which floods the reduced value. "
                f"Received: reduction={self.reduction!r}"
            )
        self.level = level
        self.scope = scope
        self._flooded_examples = copy.copy(self.loss)
        self._flooded_examples.call = lambda y_true, y_pred: self._flood(self.loss.call(y_true, y_pred))

    def __call__(self, y_true, y_pred, sample_weight=None):
        phase = _phase.get()
        if phase is None and self.scope == "example":
            return self._flooded_examples(y_true, y_pred, sample_weight)
        plain = self.loss(y_true, y_pred, sample_weight)
        # Keras divides a replica's mean by the number of replicas, so that their sum is the mean
        replicas = self._replicas()
        if phase is not None:
            phase.steps.append((ops.mean(plain) * replicas, self.level))
            if not phase.training:
                return plain
            if self.scope == "example":
                return self._flooded_examples(y_true, y_pred, sample_weight)
        return self._flood(plain * replicas) / replicas

    def get_config(self):
        return {
            "loss": keras.saving.serialize_keras_object(self.loss),
            "level": self.level,
            "scope": self.scope,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "loss": keras.saving.deserialize_keras_object(config["loss"])})

    def _flood(self, values):
        return ops.abs(values - self.level) + self.level

    def _replicas(self):
        if keras.backend.backend() != "tensorflow" or self.reduction in (None, "none", "sum"):
            return 1
        import tensorflow as tf

        return tf.distribute.get_strategy().num_replicas_in_sync
