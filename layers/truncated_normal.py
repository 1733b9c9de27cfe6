"""Truncated normal initializer with fresh numbers for every weight."""

import keras


@keras.saving.register_keras_serializable(package="textzoo")
class TruncatedNormal(keras.initializers.Initializer):
    """Keras's `TruncatedNormal` with new random numbers at each call.

    An instance of Keras's own class returns the same numbers at each call. Layers that share it would start with equal
    weights, for instance queries equal to keys and values.

    Args:
        stddev: float. Standard deviation before the tails beyond two standard deviations are cut.

    Example:

    >>> initializer = TruncatedNormal(0.02)
    >>> bool((initializer((2, 3)) == initializer((2, 3))).numpy().any())
    False

    Reference:
        https://keras.io/api/layers/initializers/#truncatednormal-class
    """

    def __init__(self, stddev):
        self.stddev = stddev

    def __call__(self, shape, dtype=None):
        return keras.initializers.TruncatedNormal(stddev=self.stddev)(shape, dtype)

    def get_config(self):
        return {"stddev": self.stddev}
