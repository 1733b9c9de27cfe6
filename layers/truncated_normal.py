"""Random weights, other ones for every weight."""

from collections.abc import Callable
from typing import Any

import keras


def truncated_normal(stddev: float) -> Callable[..., Any]:
    """Keras's `TruncatedNormal`, drawn anew at each call.

    One of Keras's own draws the same numbers each time that it is called: layers that share it start from the same
    weights, queries that equal keys and values.

    Args:
        stddev: float. Standard deviation before the tails beyond two of it are cut.

    Returns:
        An initializer, `initializer(shape, dtype=None)`.

    Example:

    >>> initializer = truncated_normal(0.02)
    >>> bool((initializer((2, 3)) == initializer((2, 3))).numpy().any())
    False

    Reference:
        https://keras.io/api/layers/initializers/#truncatednormal-class
    """

    def initializer(shape, dtype=None):
        return keras.initializers.TruncatedNormal(stddev=stddev)(shape, dtype)

    return initializer
