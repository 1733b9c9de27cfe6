"""Random weights, other ones for every weight."""

import keras


@keras.saving.register_keras_serializable(package="textzoo")
class TruncatedNormal(keras.initializers.Initializer):
    """Keras's `TruncatedNormal`, drawn anew at each call.

    One of Keras's own draws the same numbers each time that it is called: layers that share it start from the same
    weights, queries that equal keys and values.

    Args:
        stddev: float. Standard deviation before the tails beyond two of it are cut.

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
