"""Flooding: a lower bound on the training loss."""

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
    """State shared by `flooding_phase` and the `Flooding` losses within it.

    Attributes:
        training: whether the losses flood.
        plain_losses: (plain loss, level) of each `Flooding` that was called.
    """

    training: bool
    plain_losses: list[tuple[Tensor, float]]


_phase: contextvars.ContextVar[Phase | None] = contextvars.ContextVar("flooding_phase", default=None)


@contextlib.contextmanager
def flooding_phase(training: bool) -> Iterator[list[tuple[Tensor, float]]]:
    """Context in which `Flooding` floods only if `training` and appends (plain loss, level) to the yielded list."""
    phase = Phase(training, [])
    token = _phase.set(phase)
    try:
        yield phase.plain_losses
    finally:
        _phase.reset(token)


@keras.saving.register_keras_serializable(package="textzoo")
class Flooding(keras.losses.Loss):
    """Flooding of any loss: gradient descent above a level, gradient ascent below it.

    With the reduced loss L of a batch, the losses l_i of its examples and the level b:

        scope "batch":    |L - b| + b
        scope "example":  reduction of |l_i - b| + b        (iFlood)

    A step down and a step up of size ε move the weights by -(ε² / 2) ∇‖∇L‖², so flooding prefers flat minima.
    `training.gradient_penalty` adds this term explicitly.

    Details:

    - Evaluation: a Keras loss does not know whether it is evaluated, so `evaluate` and validation report the flooded
      value. After `apply_flooding_in_training(model)` they report the plain loss. The zoo's models apply it themselves.
    - `sample_weight` and masks act inside L, or on the l_i after flooding.
    - Regularisation losses are added by the model after the loss and are never flooded.
    - Gradient accumulation: each micro-batch is flooded separately.
    - MirroredStrategy: each replica floods the mean of its own part of the batch; the level keeps its meaning.
    - `SequenceCrossentropy`: L is the mean over the batch's tokens, so the level is per token. With scope "example"
      each token is flooded, as is each value of any loss before its reduction.

    Args:
        loss: a `keras.losses.Loss`, a function of `keras.losses`, or a name (`get_loss`).
        level: float, b, in units of L. Level 0 leaves a non-negative loss unchanged. Choose it on validation data;
            published levels are 0.01 to 0.05 for image classification.
        scope: `"batch"` or `"example"`.
        name: name of the loss.

    Raises:
        ValueError: the loss name is unknown, `level` is negative or not finite, `scope` is unknown, or scope "batch"
            wraps a loss without reduction.

    Example:

    >>> flooding = Flooding("mean_squared_error", level=0.5)
    >>> flooding(keras.ops.zeros((1, 1)), keras.ops.ones((1, 1)) * 0.5).numpy().item()  # L is 0.25
    0.75

    Reference:
        Su Jianlin, https://kexue.fm/archives/7643; Ishida et al. 2020, "Do We Need Zero Training Loss After Achieving
        Zero Training Error?", https://arxiv.org/abs/2002.08709; Xie et al. 2022, "iFlood"
    """

    def __init__(self, loss: Any, level: float, *, scope: str = "batch", name: str = "flooding"):
        self.loss = get_loss(loss)
        super().__init__(name=name, reduction=self.loss.reduction, dtype=self.loss.dtype)
        if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 <= level < math.inf:
            raise ValueError(f"Expected level to be a finite number of 0 or more. Received: level={level!r}")
        if scope not in ("batch", "example"):
            raise ValueError(f"Expected scope to be 'batch' or 'example'. Received: scope={scope!r}")
        if scope == "batch" and self.reduction in (None, "none"):
            raise ValueError(
                "Expected a loss with a reduction for scope='batch'; choose scope='example' to flood each value. "
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
        # Keras divides each replica's mean by the number of replicas, so their sum is the overall mean.
        replicas = self._replicas()
        if phase is not None:
            phase.plain_losses.append((ops.mean(plain) * replicas, self.level))
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
