"""Multi-head attention whose queries share one softmax over a memory and their own past."""

from typing import Any, NamedTuple

import keras
from keras import ops

from ..data.score_constants import MASKED_LOGIT
from .truncated_normal import TruncatedNormal


def masked(scores, mask):
    """Scores in float32, as low as can be where `mask` is False."""
    return ops.where(mask, ops.cast(scores, "float32"), MASKED_LOGIT)


def _split(weights, count):
    """The first `count` of the last axis, and the others; on CPUs the gradient of indices takes ten times as long."""
    *shape, width = ops.shape(weights)
    start = (0,) * len(shape)
    return (
        ops.slice(weights, (*start, 0), (*shape, count)),
        ops.slice(weights, (*start, count), (*shape, width - count)),
    )


class CrossDirectionContext(NamedTuple):
    """What the streams of one direction see of the other: the first half of the streams writes from the left.

    `mask` bool `[b, p, t, u]`: the states of stream p that others may see when they write step t; `fusion`: `Fusion`;
    `every`: whether a stream sees the mean over all streams of the other half, or only the one of its own rank.
    """

    mask: Any
    fusion: Any
    every: bool = False


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
        dense = {"kernel_initializer": TruncatedNormal(initializer_range)}
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

    def extend(self, x, own, own_mask, memory, memory_mask, cross_direction=None, memory_bias=None, training=None):
        """Targets over memory and past, and over the other direction's past where there are `CrossDirectionContext`.

        `x` `[b, p, t, hidden]`; `own` keys and values `[b, p, heads, u, head_size]` with `own_mask` bool
        `[b, p, t, u]`; `memory` keys and values `[b, heads, s, head_size]` with `memory_mask` bool `[b, s]` and, added
        to its scores, `memory_bias` `[b, heads, p, t, s]`.
        """
        query = self._scaled_query(x)
        memory_scores = ops.einsum("bpthd,bhsd->bhpts", query, memory[0])
        own_scores = ops.einsum("bpthd,bphud->bhptu", query, own[0])
        if memory_bias is not None:
            memory_scores = ops.cast(memory_scores, "float32") + memory_bias
        memory_scores = masked(memory_scores, memory_mask[:, None, None, None, :])
        own_scores = masked(own_scores, own_mask[:, None])
        weights = self._weights(ops.concatenate([memory_scores, own_scores], axis=-1), training)
        to_memory, to_own = _split(weights, ops.shape(memory[0])[2])
        context = ops.einsum("bhpts,bhsd->bpthd", to_memory, memory[1]) + self._own_context(to_own, own[1])
        if cross_direction is None:
            return self._merge(context)
        other = self._other_context(query, own, cross_direction, training)
        return self.output_projection(cross_direction.fusion(self._join(context), self._join(other)))

    def _other_context(self, query, own, cross_direction, training):
        """Contexts `[b, p, t, heads, head_size]` of the other half's past; 0 where nothing of it may be seen."""
        half = ops.shape(query)[1] // 2
        query = ops.roll(query, half, axis=1)  # each direction in the other's place: the keys stay where they are
        if cross_direction.every:
            context = self._mean_context(query, own, cross_direction.mask, training)
        else:
            scores = ops.einsum("bpthd,bphud->bhptu", query, own[0])
            weights = self._visible(scores, cross_direction.mask[:, None], training)
            context = self._own_context(weights, own[1])
        return ops.roll(context, half, axis=1)

    def _mean_context(self, query, own, mask, training):
        """The mean of what each query finds in the pasts of all streams of its half."""
        b, p, t = ops.shape(query)[:3]
        query, keys, values, mask = (ops.reshape(x, (b * 2, p // 2, *ops.shape(x)[2:])) for x in (query, *own, mask))
        scores = ops.einsum("cpthd,cqhud->chpqtu", query, keys)
        weights = self._visible(scores, mask[:, None, None], training)
        context = ops.einsum("chpqtu,cqhud->cpthd", weights, values) / ops.cast(p // 2, values.dtype)
        return ops.reshape(context, (b, p, t, self.num_heads, self.head_size))

    def _visible(self, scores, mask, training):
        """Weights of scores `[..., t, u]`; 0 everywhere where `mask` shows nothing."""
        shape = ops.shape(scores)
        scores = ops.reshape(masked(scores, mask), (shape[0], -1, shape[-1]))  # a softmax takes few dimensions
        return ops.where(mask, ops.reshape(self._weights(scores, training), shape), 0)

    def _weights(self, scores, training):
        return self.dropout(ops.cast(ops.softmax(scores, axis=-1), self.compute_dtype), training=training)

    def _own_context(self, weights, values):
        """Weights `[b, heads, p, t, u]` over values `[b, p, heads, u, head_size]`; `[b, p, t, heads, head_size]`."""
        context = ops.matmul(ops.swapaxes(weights, 1, 2), values)  # where t is 1, an einsum takes three times as long
        return ops.swapaxes(context, 2, 3)

    def _join(self, context):
        return ops.reshape(context, (*ops.shape(context)[:-2], self.hidden_size))

    def _merge(self, context):
        return self.output_projection(self._join(context))

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
