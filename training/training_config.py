"""Settings of a training: optimization, run directory and resuming.

This module imports no Keras, so that `textzoo train TASK --help` starts quickly.
"""

import importlib.util
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .number_types import ClosedUnitInterval, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt
from .path_types import OutputFolder


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Settings of `Trainer` for every task.

    Args:
        out: Folder for the trained model and its logs; new or empty.
        epochs: Passes over the training data.
        steps: Total number of batches; overrides epochs.
        batch_size: Examples per batch.
        gradient_accumulation_steps: Batches per update of the weights.
        learning_rate: Peak learning rate of AdamW.
        warmup_ratio: Fraction of the training in which the learning rate rises linearly to its peak; afterwards it
            falls linearly to 0.
        weight_decay: Decoupled weight decay, except on biases and norms.
        max_grad_norm: Maximum global norm of the gradients; larger ones are clipped.
        flooding_level: Flooding level of the training loss; by default there is no flooding.
        ema_momentum: Momentum of an exponential moving average of the weights, which is evaluated and saved; by default
            there is none.
        lora_rank: Rank of LoRA updates of the encoder's kernels and embeddings, which themselves stay frozen. The saved
            model has them merged. By default all weights train.
        gradient_checkpointing: Recompute encoder layers in the backward pass, which needs less memory and more time.
        resume: Continue an interrupted training in the output folder from its last complete epoch, with the same
            arguments and data; if there is none, start one.
        tensorboard: Write a TensorBoard log.
        seed: Seed of the weights, of dropout and of the order of batches.

    Raises:
        ValueError: A number is NaN or infinite, a fraction is 1 or more, or TensorBoard is not installed.

    Example:

    >>> TrainingConfig(out="runs/first", epochs=1, warmup_ratio=1.0)
    Traceback (most recent call last):
        ...
    ValueError: Expected warmup_ratio below 1. Received: 1.0.
    """

    out: OutputFolder
    epochs: PositiveInt = 3
    steps: PositiveInt | None = None
    batch_size: PositiveInt = 32
    gradient_accumulation_steps: PositiveInt = 1
    learning_rate: PositiveFloat = 1e-4
    warmup_ratio: ClosedUnitInterval = 0.1
    weight_decay: NonNegativeFloat = 0.01
    max_grad_norm: PositiveFloat = 1.0
    flooding_level: PositiveFloat | None = None
    ema_momentum: ClosedUnitInterval | None = None
    lora_rank: PositiveInt | None = None
    gradient_checkpointing: bool = False
    resume: bool = False
    tensorboard: bool = False
    seed: NonNegativeInt = 0

    def __post_init__(self):
        check_finite_settings(self)
        check_below_one(self, ("warmup_ratio", "ema_momentum"))
        if self.tensorboard and importlib.util.find_spec("tensorboard") is None:
            raise ValueError('TensorBoard is not installed; run pip install "textzoo[tensorboard]"')


@dataclass(frozen=True, kw_only=True)
class GeneratorTrainingConfig(TrainingConfig):
    """Settings of `Trainer` for generators of titles or of question-answer pairs.

    Args:
        token_substitution_rate: In half of the records, maximum fraction of the source's distinct tokens that are
            replaced by other tokens, in the source and in its targets. The model so learns to copy unseen tokens. Use
            about 1 for little data, or if texts to generate from differ in subject from the training texts.
        label_smoothing: Probability that is spread over all tokens.
    """

    token_substitution_rate: ClosedUnitInterval = 0.0
    label_smoothing: ClosedUnitInterval = 0.0

    def __post_init__(self):
        super().__post_init__()
        check_below_one(self, ("label_smoothing",))


def check_finite_settings(config: Any) -> None:
    """Checks that every number of a dataclass is finite.

    Args:
        config: The dataclass.

    Raises:
        ValueError: A field is NaN or infinite. The message names it.
    """
    for name, value in vars(config).items():
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"Expected {name} to be a finite number. Received: {value}.")


def check_below_one(config: Any, names: Iterable[str]) -> None:
    """Checks that fields of a dataclass are below 1 or None.

    Args:
        config: The dataclass.
        names: Names of the fields.

    Raises:
        ValueError: A field is 1 or more. The message names it.
    """
    for name in names:
        if (getattr(config, name) or 0) >= 1:
            raise ValueError(f"Expected {name} below 1. Received: {getattr(config, name)}.")
