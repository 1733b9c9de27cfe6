"""The optimizer of the zoo: AdamW with global gradient clipping."""

from typing import Any

import keras

UNDECAYED = ["bias", "gamma", "beta"]


def adamw(
    learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 1e-4,
    weight_decay: float = 0.01,
    max_grad_norm: float | None = 1.0,
    gradient_accumulation_steps: int = 1,
    ema_momentum: float | None = None,
) -> keras.optimizers.AdamW:
    """Builds AdamW without weight decay on biases and normalisation weights.

    `compile()` of every task uses it with its defaults; the commands pass a `textzoo.training.WarmupLinearDecay`.

    Args:
        learning_rate: Rate, or schedule of rates.
        weight_decay: Decoupled decay of kernels and embeddings.
        max_grad_norm: Maximum norm of all gradients together; None: no limit.
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
        Loshchilov & Hutter, arXiv 1711.05101.
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
    optimizer.exclude_from_weight_decay(var_names=UNDECAYED)
    return optimizer
