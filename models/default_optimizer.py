"""What a model of the zoo is compiled with where nobody says otherwise."""

import keras


def default_optimizer() -> keras.optimizers.Optimizer:
    """AdamW at 1e-4 with gradients clipped to norm 1; biases and norms do not decay.

    Example:

    >>> round(float(default_optimizer().learning_rate), 6)
    0.0001
    """
    optimizer = keras.optimizers.AdamW(1e-4, weight_decay=0.01, clipnorm=1.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
