"""Means and gradients over the replicas of TensorFlow's distribution strategies, as one device computes them.

Keras averages the means of the replicas, whatever their numbers of tokens, and clips the gradient of each replica.
"""

from typing import Any

import keras
from keras import ops

Tensor = Any


def replica_count() -> int:
    """Returns the number of replicas of the strategy in use; 1 without one, and on other backends.

    Example:

    >>> replica_count()
    1
    """
    if keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    return tf.distribute.get_strategy().num_replicas_in_sync


def mean_over_replicas(loss: Tensor, y: Tensor, sample_weight: Tensor | None = None) -> Tensor:
    """Replaces the mean loss of a replica's examples by the mean over the examples of all replicas.

    With the mean L_r and the weight w_r of each of R replicas:

        value = Σ w_r L_r / (R Σ w_r),  gradient = that of w_r L_r / Σ w_r

    Keras multiplies the value by R for its log and sums the gradients. Outside replicas the loss is returned unchanged.

    Args:
        loss: float scalar, L_r / R, as Keras's losses return it in a replica.
        y: Labels `[batch, ...]`.
        sample_weight: Weights `[batch, ...]` of the labels, of any smaller rank.

    Returns:
        float scalar.
    """
    if replica_count() == 1:
        return loss
    import tensorflow as tf

    context = tf.distribute.get_replica_context()
    if context is None:  # Keras infers shapes
        return loss
    weights: Any = ops.ones_like(y, dtype=loss.dtype)
    if sample_weight is not None:
        missing_axes = len(weights.shape) - len(sample_weight.shape)
        weights = weights * ops.reshape(
            ops.cast(sample_weight, loss.dtype), (*ops.shape(sample_weight), *[1] * missing_axes)
        )
    weight, replicas = ops.sum(weights), replica_count()
    share = loss * replicas * weight / context.all_reduce("SUM", weight)
    return share + ops.stop_gradient(context.all_reduce("SUM", share) / replicas - share)


def clip_summed_gradients(optimizer: keras.Optimizer) -> keras.Optimizer:
    """Makes an optimizer clip the sum of the replicas' gradients, where Keras clips each of them before it sums.

    Args:
        optimizer: Any optimizer. Without several replicas it is unchanged.

    Returns:
        The same optimizer.
    """
    if replica_count() == 1:
        return optimizer
    import tensorflow as tf

    clip, replicas = optimizer._clip_gradients, replica_count()  # private; known to work with Keras 3.15

    def clip_sum(gradients):
        summed = tf.distribute.get_replica_context().all_reduce("SUM", gradients)
        return [ops.divide(gradient, replicas) for gradient in clip(summed)]  # the optimizer sums them again

    optimizer._clip_gradients = clip_sum
    return optimizer
