"""Token noise on decoder inputs."""

import keras
from keras import ops

NOISY_TARGETS_RATE = 0.5


@keras.saving.register_keras_serializable(package="textzoo")
class DecoderInputNoise(keras.layers.Layer):
    """Replaces input tokens of a decoder by tokens of the same target, in training only.

    The noise counters exposure bias: a decoder trained on correct targets only never sees its own mistakes. Half of the
    targets stay unchanged. In the others each token is replaced at the given rate by a token drawn uniformly from the
    positions of the same target.

    Args:
        rate: float in [0, 1). Replacement rate within a noisy target.
        seed: int, optional. Makes the noise reproducible.

    Call arguments:
        targets: int `[b, p, t]`, 0 at padding, which stays.
        training: bool. Whether to add noise.

    Returns:
        int32 `[b, p, t]`.

    Raises:
        ValueError: `rate` is out of range.

    Example:

    >>> targets = ops.tile(ops.array([[[5, 6, 7, 0]]]), (100, 1, 1))
    >>> noisy = DecoderInputNoise(0.3, seed=0)(targets, training=True)
    >>> sorted(set(noisy.numpy()[..., :3].ravel().tolist())), int(ops.max(noisy[..., 3]))
    ([5, 6, 7], 0)

    Reference:
        Su Jianlin, https://kexue.fm/archives/7259.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"Expected rate in [0, 1). Received: {rate}")
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, targets, training=None):
        targets = ops.cast(targets, "int32")
        if not training or not self.rate:
            return targets
        target_draw, token_draw, position_draw = (
            keras.random.uniform(ops.shape(like), seed=self.seed_generator)
            for like in (targets[..., :1], targets, targets)
        )
        is_token = targets != 0
        lengths = ops.cast(ops.sum(ops.cast(is_token, "int32"), axis=-1, keepdims=True), position_draw.dtype)
        replacements = ops.take_along_axis(targets, ops.cast(ops.floor(position_draw * lengths), "int32"), axis=-1)
        replaced = ops.logical_and(target_draw < NOISY_TARGETS_RATE, token_draw < self.rate)
        return ops.where(ops.logical_and(replaced, is_token), replacements, targets)

    def get_config(self):
        return super().get_config() | {"rate": self.rate, "seed": self.seed}
