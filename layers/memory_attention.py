"""Multi-head attention with one softmax over a source memory and the own past."""

from typing import Any, NamedTuple

import keras
from keras import ops

from ..data.decoding_constants import MASKED_LOGIT
from .sinusoidal_positions import NO_POSITIONS, rotate
from .truncated_normal import TruncatedNormal


def masked(scores, mask):
    """Returns scores in float32, -1e9 where `mask` is False."""
    return ops.where(mask, ops.cast(scores, "float32"), MASKED_LOGIT)


def _split(weights, count):
    """Splits the last axis after `count` entries. On CPUs the gradient of indexing takes ten times as long."""
    *shape, width = ops.shape(weights)
    start = (0,) * len(shape)
    return (
        ops.slice(weights, (*start, 0), (*shape, count)),
        ops.slice(weights, (*start, count), (*shape, width - count)),
    )


class CrossDirectionContext(NamedTuple):
    """Attention to the other decoding direction; the first half of the streams writes from the left.

    Attributes:
        mask: bool `[b, p, t, u]`, states of stream p that the other direction sees when it writes step t.
        fusion: `DirectionFusion`.
        attend_all_beams: bool. Whether a stream sees the mean over all streams of the other direction, or only the
            stream of its own rank.
    """

    mask: Any
    fusion: Any
    attend_all_beams: bool = False


@keras.saving.register_keras_serializable(package="textzoo")
class MemoryAttention(keras.layers.Layer):
    r"""Multi-head attention over a source, then over the source's memory and the own past of targets.

    $$\mathrm{softmax}([Q K_\text{memory}^\top; Q K_\text{own}^\top] / \sqrt{d_h})
      [V_\text{memory}; V_\text{own}]$$

    `encode` attends within a source and returns its keys and values. `extend` lets targets `[batch, streams, length]`
    attend to them. Streams and length together are the query axis, so any number of answers or beams shares one memory
    without copies.

    Args:
        hidden_size: int. Width of the inputs and outputs.
        num_heads: int. A divisor of `hidden_size`.
        dropout: float. Dropout rate on the attention weights.
        initializer_range: float. Standard deviation of the kernels' truncated normal initializer.

    Raises:
        ValueError: `num_heads` does not divide `hidden_size`.

    Example:

    >>> layer = MemoryAttention(hidden_size=8, num_heads=2)
    >>> source, targets = keras.ops.ones((1, 5, 8)), keras.ops.ones((1, 3, 4, 8))
    >>> out, memory = layer.encode(source, keras.ops.ones((1, 5), "bool"))
    >>> own_mask = keras.ops.ones((1, 3, 4, 4), "bool")
    >>> layer.extend(targets, own_mask, own=layer.project(targets), memory=memory,
    ...              memory_mask=keras.ops.ones((1, 5), "bool")).shape
    TensorShape([1, 3, 4, 8])

    Reference:
        Vaswani et al., Attention Is All You Need, arXiv 1706.03762; Dong et al. (UniLM), arXiv 1905.03197.
    """

    def __init__(self, hidden_size, num_heads, *, dropout=0.0, initializer_range=0.02, **kwargs):
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

    def _split_heads(self, x):
        return ops.reshape(x, (*ops.shape(x)[:-1], self.num_heads, self.head_size))

    def _scaled_query(self, x, rotary):
        return rotate(self._split_heads(self.query(x)), rotary) * self.head_size**-0.5

    def project(self, x, positions=NO_POSITIONS):
        """Computes keys and values of `x` `[..., n, hidden_size]`, each `[..., heads, n, head_size]`."""
        keys = rotate(self._split_heads(self.key(x)), positions.rotary)
        return tuple(ops.swapaxes(part, -3, -2) for part in (keys, self._split_heads(self.value(x))))

    def encode(self, x, mask, *, positions=NO_POSITIONS, training=None):
        """Attends within `x` `[b, s, hidden_size]`.

        Args:
            x: float `[b, s, hidden_size]`.
            mask: bool `[b, s]`.
            positions: `AttentionPositions`, `to_own` `[s, s, head_size]`.
            training: bool. Whether dropout is active.

        Returns:
            The output `[b, s, hidden_size]`, and the keys and values.
        """
        keys, values = self.project(x, positions)
        query = self._scaled_query(x, positions.rotary)
        scores = ops.einsum("bqhd,bhsd->bhqs", query, keys)
        distances = None if positions.to_own is None else ops.cast(positions.to_own, self.compute_dtype)
        if distances is not None:
            scores += ops.einsum("bqhd,qsd->bhqs", query, distances)
        weights = self._weights(masked(scores, mask[:, None, None, :]), training)
        context = ops.einsum("bhqs,bhsd->bqhd", weights, values)
        if distances is not None:
            context += ops.einsum("bhqs,qsd->bqhd", weights, distances)
        return self._project_output(context), (keys, values)

    def extend(
        self,
        x,
        own_mask,
        *,
        own,
        memory,
        memory_mask,
        cross_direction=None,
        memory_bias=None,
        positions=NO_POSITIONS,
        training=None,
    ):
        """Attends from targets to a memory and to their own past.

        Args:
            x: float `[b, p, t, hidden_size]`.
            own_mask: bool `[b, p, t, u]`.
            own: keys and values of the past, each `[b, p, heads, u, head_size]`.
            memory: keys and values of the source, each `[b, heads, s, head_size]`.
            memory_mask: bool `[b, s]`.
            cross_direction: `CrossDirectionContext`; with it the targets attend to the other direction's past too.
            memory_bias: float `[b, heads, p, t, s]`, added to the scores of the memory.
            positions: `AttentionPositions`, `to_own` `[b, p, t, u, head_size]`. The scores of the other direction use
                no distances.
            training: bool. Whether dropout is active.

        Returns:
            float `[b, p, t, hidden_size]`.
        """
        query = self._scaled_query(x, positions.rotary)
        memory_scores = ops.einsum("bpthd,bhsd->bhpts", query, memory[0])
        own_scores = ops.einsum("bpthd,bphud->bhptu", query, own[0])
        own_distances = memory_distances = None
        if positions.to_own is not None:
            own_distances, memory_distances = (ops.cast(part, self.compute_dtype) for part in positions[1:])
            own_scores += ops.einsum("bpthd,bptud->bhptu", query, own_distances)
            memory_scores += ops.einsum("bpthd,bptsd->bhpts", query, memory_distances)
        if memory_bias is not None:
            memory_scores = ops.cast(memory_scores, "float32") + memory_bias
        memory_scores = masked(memory_scores, memory_mask[:, None, None, None, :])
        own_scores = masked(own_scores, own_mask[:, None])
        weights = self._weights(ops.concatenate([memory_scores, own_scores], axis=-1), training)
        to_memory, to_own = _split(weights, ops.shape(memory[0])[2])
        context = ops.einsum("bhpts,bhsd->bpthd", to_memory, memory[1]) + self._context(to_own, own[1])
        if own_distances is not None:
            context += ops.einsum("bhptu,bptud->bpthd", to_own, own_distances)
            context += ops.einsum("bhpts,bptsd->bpthd", to_memory, memory_distances)
        if cross_direction is None:
            return self._project_output(context)
        other = self._other_context(query, own, cross_direction=cross_direction, training=training)
        return self.output_projection(cross_direction.fusion(self._join_heads(context), self._join_heads(other)))

    def _other_context(self, query, own, *, cross_direction, training):
        """Returns contexts `[b, p, t, heads, head_size]` of the other direction's past; 0 where none is visible."""
        half = ops.shape(query)[1] // 2
        query = ops.roll(query, half, axis=1)  # swaps the directions of the queries; keys and values stay
        if cross_direction.attend_all_beams:
            context = self._mean_context(query, own, mask=cross_direction.mask, training=training)
        else:
            scores = ops.einsum("bpthd,bphud->bhptu", query, own[0])
            weights = self._masked_weights(scores, cross_direction.mask[:, None], training=training)
            context = self._context(weights, own[1])
        return ops.roll(context, half, axis=1)

    def _mean_context(self, query, own, *, mask, training):
        """Returns the mean of the contexts that each query finds in all streams of its half."""
        b, p, t = ops.shape(query)[:3]
        query, keys, values, mask = (ops.reshape(x, (b * 2, p // 2, *ops.shape(x)[2:])) for x in (query, *own, mask))
        scores = ops.einsum("cpthd,cqhud->chpqtu", query, keys)
        weights = self._masked_weights(scores, mask[:, None, None], training=training)
        context = ops.einsum("chpqtu,cqhud->cpthd", weights, values) / ops.cast(p // 2, values.dtype)
        return ops.reshape(context, (b, p, t, self.num_heads, self.head_size))

    def _masked_weights(self, scores, mask, *, training):
        """Returns attention weights of scores `[..., t, u]`; rows with no visible position are 0."""
        shape = ops.shape(scores)
        scores = ops.reshape(masked(scores, mask), (shape[0], -1, shape[-1]))  # softmax supports few dimensions
        return ops.where(mask, ops.reshape(self._weights(scores, training), shape), 0)

    def _weights(self, scores, training):
        return self.dropout(ops.cast(ops.softmax(scores, axis=-1), self.compute_dtype), training=training)

    def _context(self, weights, values):
        """Applies weights `[b, heads, p, t, u]` to values `[b, p, heads, u, head_size]`.

        Returns `[b, p, t, heads, head_size]`.
        """
        context = ops.matmul(ops.swapaxes(weights, 1, 2), values)  # einsum takes three times as long for t = 1
        return ops.swapaxes(context, 2, 3)

    def _join_heads(self, context):
        return ops.reshape(context, (*ops.shape(context)[:-2], self.hidden_size))

    def _project_output(self, context):
        return self.output_projection(self._join_heads(context))

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
