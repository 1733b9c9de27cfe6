"""Choice among some tokens."""

from keras import ops

from .decode import HIDDEN


def only_tokens(logits, allowed):
    """Hide the logits of tokens that must not be written.

    Args:
        logits: float `[..., vocab]`.
        allowed: bool `[vocab]`; None: all are.

    Returns:
        As `logits`, hidden ones at -1e9.

    Example:

    >>> only_tokens(ops.array([1.0, 2.0, 3.0]), [True, False, True]).numpy().tolist()
    [1.0, -1000000000.0, 3.0]
    """
    return logits if allowed is None else ops.where(allowed, logits, HIDDEN)
