"""Multi-head attention whose queries share one softmax over a memory and their own past."""

import keras
from keras import ops

HIDDEN = -1e9


def masked(scores, mask):
    """Scores in float32, as low as can be where `mask` is False."""
    return ops.where(mask, ops.cast(scores, "float32"), HIDDEN)


@keras.saving.register_keras_serializable(package="textzoo")
class MemoryAttention(keras.layers.Layer):
    r"""Multi-head attention in two moves: over a source, then over the source's memory and one's own past.

    $$\mathrm{softmax}\big([Q K_\text{memory}^\top; Q K_\text{own}^\top] / \sqrt{d_h}\big)
      [V_\text{memory}; V_\text{own}]$$

    `encode` lets all positions of a source see each other and returns their keys and values. `extend` takes targets
    `[batch, streams, length]` over them: streams and length together are the query axis, so a memory is never copied,
    however many answers or beams read it.

    Args:
        hidden_size: int. Width of the inputs and outputs.
        num_heads: int. A divisor of `hidden_size`.
        dropout: float. Rate on the attention weights.
        initializer_range: float. Standard deviation of the truncated normal of the kernels.

    Raises:
        ValueError: `num_heads` does not divide `hidden_size`.

    Example:

    >>> layer = MemoryAttention(hidden_size=8, num_heads=2)
    >>> source, targets = keras.ops.ones((1, 5, 8)), keras.ops.ones((1, 3, 4, 8))
    >>> out, memory = layer.encode(source, keras.ops.ones((1, 5), "bool"))
    >>> keys, values = layer.project(targets)
    >>> seen = keras.ops.ones((1, 3, 4, 4), "bool")
    >>> layer.extend(targets, (keys, values), seen, memory, keras.ops.ones((1, 5), "bool")).shape
    TensorShape([1, 3, 4, 8])

    Reference:
        Vaswani et al., Attention Is All You Need, arXiv 1706.03762; Dong et al. (UniLM), arXiv 1905.03197.
    """

    def __init__(self, hidden_size, num_heads, dropout=0.0, initializer_range=0.02, **kwargs):
        super().__init__(**kwargs)
        if hidden_size % num_heads:
            raise ValueError(f"Expected num_heads to divide hidden_size {hidden_size}. Received: {num_heads}")
        self.hidden_size = hidden_size
        self.num_heads = num_heads
        self.head_size = hidden_size // num_heads
        self.initializer_range = initializer_range
        dense = {"kernel_initializer": keras.initializers.TruncatedNormal(stddev=initializer_range)}
        dense["dtype"] = self.dtype_policy
        self.query = keras.layers.Dense(hidden_size, name="query", **dense)
        self.key = keras.layers.Dense(hidden_size, name="key", **dense)
        self.value = keras.layers.Dense(hidden_size, name="value", **dense)
        self.output_projection = keras.layers.Dense(hidden_size, name="output", **dense)
        self.dropout = keras.layers.Dropout(dropout, dtype=self.dtype_policy)
        for projection in (self.query, self.key, self.value, self.output_projection):
            projection.build((None, hidden_size))
        self.supports_masking = True
        self.built = True

    def _heads(self, x):
        return ops.reshape(x, (*ops.shape(x)[:-1], self.num_heads, self.head_size))

    def _scaled_query(self, x):
        return self._heads(self.query(x)) * self.head_size**-0.5

    def project(self, x):
        """Keys and values of `x` `[..., n, hidden]`, each `[..., heads, n, head_size]`."""
        return tuple(ops.swapaxes(self._heads(dense(x)), -3, -2) for dense in (self.key, self.value))

    def encode(self, x, mask, training=None):
        """All positions see each other: `x` `[b, s, hidden]`, `mask` bool `[b, s]`; the output and `(keys, values)`."""
        keys, values = self.project(x)
        scores = ops.einsum("bqhd,bhsd->bhqs", self._scaled_query(x), keys)
        weights = self._weights(masked(scores, mask[:, None, None, :]), training)
        context = ops.einsum("bhqs,bhsd->bqhd", weights, values)
        return self._merge(context), (keys, values)

    def extend(self, x, own, own_mask, memory, memory_mask, training=None):
        """Targets over memory and past.

        `x` `[b, p, t, hidden]`; `own` keys and values `[b, p, heads, u, head_size]` with `own_mask` bool
        `[b, p, t, u]`; `memory` keys and values `[b, heads, s, head_size]` with `memory_mask` bool `[b, s]`.
        """
        query = self._scaled_query(x)
        memory_scores = ops.einsum("bpthd,bhsd->bhpts", query, memory[0])
        own_scores = ops.einsum("bpthd,bphud->bhptu", query, own[0])
        memory_scores = masked(memory_scores, memory_mask[:, None, None, None, :])
        own_scores = masked(own_scores, own_mask[:, None])
        weights = self._weights(ops.concatenate([memory_scores, own_scores], axis=-1), training)
        source_length = ops.shape(memory[0])[2]
        context = ops.einsum("bhpts,bhsd->bpthd", weights[..., :source_length], memory[1])
        context += ops.einsum("bhptu,bphud->bpthd", weights[..., source_length:], own[1])
        return self._merge(context)

    def _weights(self, scores, training):
        return self.dropout(ops.cast(ops.softmax(scores, axis=-1), self.compute_dtype), training=training)

    def _merge(self, context):
        return self.output_projection(ops.reshape(context, (*ops.shape(context)[:-2], self.hidden_size)))

    def call(self, x, mask=None, training=None):
        mask = ops.ones(ops.shape(x)[:2], "bool") if mask is None else mask
        return self.encode(x, mask, training=training)[0]

    def get_config(self):
        return super().get_config() | {
            "hidden_size": self.hidden_size,
            "num_heads": self.num_heads,
            "dropout": self.dropout.rate,
            "initializer_range": self.initializer_range,
        }
