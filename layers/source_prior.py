"""Prior over the tokens of the source, added to target logits."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="textzoo")
class SourcePrior(keras.layers.Layer):
    r"""Averages logits with a learned prior that favours tokens of the source.

    $$\tfrac12 (z_w + e^{a_w}\,[w \in \text{source}] + b_w)$$

    where $a$ and $b$ are learned per token and start at 0. Most target tokens occur in the source.

    Args:
        vocab_size: int. Size of the vocabulary.

    Call arguments:
        logits: float tensor `[b, p, t, vocab]`, $z$.
        prior: float tensor `[b, vocab]`, the result of `prior(source_ids, source_mask)`.

    Returns:
        float32 tensor `[b, p, t, vocab]`.

    Example:

    >>> layer = SourcePrior(vocab_size=4)
    >>> prior = layer.prior(keras.ops.array([[2, 3, 3]]), keras.ops.array([[True, True, False]]))
    >>> layer(keras.ops.zeros((1, 1, 1, 4)), prior)[0, 0, 0].numpy().tolist()
    [0.0, 0.0, 0.5, 0.5]

    Reference:
        Su Jianlin, https://kexue.fm/archives/5861.
    """

    def __init__(self, vocab_size, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.vocab_size = vocab_size
        self.log_scale = self.add_weight(shape=(vocab_size,), initializer="zeros", name="log_scale")
        self.shift = self.add_weight(shape=(vocab_size,), initializer="zeros", name="shift")
        self.built = True

    def prior(self, source_ids, source_mask):
        """Computes the prior `[b, vocab]` of source ids `[b, s]`; only tokens in `source_mask` bool `[b, s]` count."""
        b = ops.shape(source_ids)[0]
        rows = ops.arange(b, dtype="int32")[:, None] * self.vocab_size
        index = ops.reshape(rows + ops.cast(source_ids, "int32"), (-1, 1))
        counts = ops.scatter(index, ops.reshape(ops.cast(source_mask, "float32"), (-1,)), (b * self.vocab_size,))
        occurs = ops.cast(ops.reshape(counts, (b, self.vocab_size)) > 0, "float32")
        return ops.exp(ops.cast(self.log_scale, "float32")) * occurs + ops.cast(self.shift, "float32")

    def call(self, logits, prior):
        return (ops.cast(logits, "float32") + prior[:, None, None]) / 2

    def get_config(self):
        return super().get_config() | {"vocab_size": self.vocab_size}
