"""AdamW with global gradient clipping, the default optimizer of every task."""

from typing import Any

import keras

from ..data.check_types import check_types
from .replicas import clip_summed_gradients

NO_WEIGHT_DECAY = ["bias", "gamma", "beta"]


@check_types
def adamw(
    learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 1e-4,
    *,
    weight_decay: float = 0.01,
    max_grad_norm: float | None = 1.0,
    gradient_accumulation_steps: int = 1,
    ema_momentum: float | None = None,
) -> keras.optimizers.AdamW:
    """Builds AdamW without weight decay on biases and normalization weights.

    Every task's `compile()` uses it with its defaults. The commands pass a `textzoo.training.WarmupLinearDecay`.

    Args:
        learning_rate: Learning rate or a schedule.
        weight_decay: Decoupled weight decay of kernels and embeddings.
        max_grad_norm: Maximum global norm of the gradients; None: no clipping.
        gradient_accumulation_steps: Batches per update.
        ema_momentum: Momentum of an exponential moving average of the weights, for `keras.callbacks.SwapEMAWeights`;
            None: no average.

    Returns:
        The optimizer.

    Example:

    >>> optimizer = adamw(1e-3)
    >>> round(float(optimizer.learning_rate), 7), optimizer.global_clipnorm
    (0.001, 1.0)

    Reference:
        Loshchilov & Hutter, Decoupled Weight Decay Regularization, arXiv 1711.05101.
    """
    rate: Any = learning_rate
    optimizer = keras.optimizers.AdamW(
        rate,
        weight_decay=weight_decay,
        global_clipnorm=max_grad_norm,
        gradient_accumulation_steps=gradient_accumulation_steps if gradient_accumulation_steps > 1 else None,
        use_ema=ema_momentum is not None,
        ema_momentum=0.99 if ema_momentum is None else ema_momentum,
    )
    optimizer.exclude_from_weight_decay(var_names=NO_WEIGHT_DECAY)
    return clip_summed_gradients(optimizer)
