"""Turn what was written from the right."""

from keras import ops

from .gather import gather


def reading_order(tokens, lengths, direction):
    """Tokens from left to right, those that were written from the right reversed; the end stays behind them.

    Args:
        tokens: int `[..., slots]`, each `lengths` tokens in the order they were written, then the end.
        lengths: int `[...]`, tokens without the end.
        direction: int `[...]`, 0 written from the left, 1 from the right.

    Returns:
        int `[..., slots]`.

    Example, an end of 9:

    >>> reading_order(ops.array([[1, 2, 3, 9, 0], [1, 2, 3, 9, 0]]), ops.array([3, 3]), ops.array([0, 1])).numpy()
    array([[1, 2, 3, 9, 0],
           [3, 2, 1, 9, 0]], dtype=int32)
    """
    slots, lengths = ops.arange(ops.shape(tokens)[-1], dtype="int32"), ops.cast(lengths, "int32")[..., None]
    turned = ops.logical_and(ops.cast(direction, "int32")[..., None] == 1, slots < lengths)
    return gather(tokens, ops.where(turned, lengths - 1 - slots, slots))
