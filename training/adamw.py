"""The optimizer that BERT is fine-tuned with."""

import keras

from .warmup_linear_decay import WarmupLinearDecay

UNDECAYED = ["bias", "gamma", "beta"]


def adamw(
    learning_rate: float,
    total_steps: int,
    warmup: float = 0.1,
    weight_decay: float = 0.01,
    clip_norm: float | None = 1.0,
    accumulate: int = 1,
    ema: float | None = None,
) -> keras.optimizers.AdamW:
    """AdamW with warm-up and linear decay of the rate, and no weight decay on biases and norms.

    Args:
        learning_rate: The highest rate.
        total_steps: Batches of the training.
        warmup: The share of them in which the rate rises, in [0, 1).
        weight_decay: Decoupled decay of kernels and embeddings.
        clip_norm: The most that the norm of all gradients together may be; None: no limit.
        accumulate: Batches whose gradients make up one update.
        ema: Momentum of a running mean of the weights, for `keras.callbacks.SwapEMAWeights`; None:
            no such mean.

    Returns:
        The optimizer.

    Raises:
        ValueError: `warmup` outside [0, 1), or fewer batches than make up one update.

    Example:

    >>> optimizer = adamw(1e-4, total_steps=100)
    >>> round(float(optimizer.learning_rate), 7), optimizer.global_clipnorm
    (1e-05, 1.0)

    Reference:
        Loshchilov & Hutter, arXiv 1711.05101.
    """
    if not 0 <= warmup < 1:
        raise ValueError(f"Expected warmup in [0, 1). Received: {warmup}")
    if accumulate > total_steps:
        raise ValueError(f"Expected at least {accumulate} batches, which make up one update. Received: {total_steps}")
    optimizer = keras.optimizers.AdamW(
        WarmupLinearDecay(learning_rate, total_steps, int(warmup * total_steps)),
        weight_decay=weight_decay,
        global_clipnorm=clip_norm,
        gradient_accumulation_steps=accumulate if accumulate > 1 else None,
        use_ema=ema is not None,
        ema_momentum=0.99 if ema is None else ema,
    )
    optimizer.exclude_from_weight_decay(var_names=UNDECAYED)
    return optimizer
