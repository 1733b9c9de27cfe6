"""Gathering of beam states along the beam axis."""

import math

import keras
from keras import ops


def gather(nest, index):
    """Gathers every tensor of a nest along the last axis of `index`.

    Equals `take_along_axis`, which needs five times as many operations to trace.

    Args:
        nest: nest of tensors `[..., n(, more)]`; all share the leading dimensions of `index` and n.
        index: int `[..., m]`, positions along the axis of size n.

    Returns:
        The same nest of tensors `[..., m(, more)]`.

    Example:

    >>> gather([ops.array([[5, 6], [7, 8]])], ops.array([[1], [0]]))[0].numpy().tolist()
    [[6], [7]]
    """
    tensors = keras.tree.flatten(nest)
    if not tensors:
        return nest
    axis = len(index.shape) - 1
    leading, n = ops.shape(index)[:axis], ops.shape(tensors[0])[axis]
    count = math.prod(leading)
    rows = index + n * ops.reshape(ops.arange(count, dtype="int32"), (*leading, 1))
    return keras.tree.map_structure(
        lambda x: ops.take(ops.reshape(x, (count * n, *ops.shape(x)[axis + 1 :])), rows, axis=0), nest
    )
