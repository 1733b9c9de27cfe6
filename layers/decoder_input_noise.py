"""Decoder inputs with some tokens replaced."""

import keras
from keras import ops

SHARE_OF_TARGETS = 0.5


@keras.saving.register_keras_serializable(package="textzoo")
class DecoderInputNoise(keras.layers.Layer):
    """In training, replaces input tokens of a decoder by tokens of the same target.

    A decoder that was trained on right targets only has never seen its own mistakes. Half of the targets stay as they
    are; in each of the others every token is replaced at this rate by one drawn from the target's places.

    Args:
        rate: float in [0, 1).
        seed: int, optional. Makes what is replaced repeatable.

    Call arguments:
        targets: int `[b, p, t]`, 0 at padding, which stays.
        training: bool. Whether anything is replaced.

    Returns:
        int32 `[b, p, t]`.

    Raises:
        ValueError: the rate is out of range.

    Example:

    >>> targets = ops.tile(ops.array([[[5, 6, 7, 0]]]), (100, 1, 1))
    >>> replaced = DecoderInputNoise(0.3, seed=0)(targets, training=True)
    >>> sorted(set(replaced.numpy()[..., :3].ravel().tolist())), int(ops.max(replaced[..., 3]))
    ([5, 6, 7], 0)

    Reference:
        Su Jianlin, https://kexue.fm/archives/7259.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"Expected a rate in [0, 1). Received: {rate}")
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, targets, training=None):
        targets = ops.cast(targets, "int32")
        if not training or not self.rate:
            return targets
        chosen, replaced, place = (
            keras.random.uniform(ops.shape(like), seed=self.seed_generator)
            for like in (targets[..., :1], *2 * [targets])
        )
        written = targets != 0
        lengths = ops.cast(ops.sum(ops.cast(written, "int32"), axis=-1, keepdims=True), place.dtype)
        others = ops.take_along_axis(targets, ops.cast(ops.floor(place * lengths), "int32"), axis=-1)
        where = ops.logical_and(chosen < SHARE_OF_TARGETS, replaced < self.rate)
        return ops.where(ops.logical_and(where, written), others, targets)

    def get_config(self):
        return super().get_config() | {"rate": self.rate, "seed": self.seed}
