"""The BERT encoder layer."""

import keras
from keras import ops

from .activation import get_activation
from .memory_attention import MemoryAttention
from .sinusoidal_positions import NO_POSITIONS
from .truncated_normal import TruncatedNormal


@keras.saving.register_keras_serializable(package="textzoo")
class EncoderLayer(keras.layers.Layer):
    r"""Post-LN BERT layer: attention and feed-forward, each added to its input and normalised.

    $$h = \mathrm{LN}(x + \mathrm{Attention}(x)), \quad y = \mathrm{LN}(h + W_2 f(W_1 h))$$

    Args:
        hidden_size: int. Width of inputs and outputs.
        num_heads: int. Attention heads.
        intermediate_size: int. Width of the feed-forward part.
        activation: name, registered function or layer, $f$; see `get_activation`. `"gelu"` is the exact (erf) form.
        dropout: float. Dropout rate on the outputs of both parts.
        attention_dropout: float. Dropout rate on the attention weights.
        norm_epsilon: float. Added to the variance in both normalisations.
        initializer_range: float. Standard deviation of the kernels' truncated normal initializer.

    Call arguments:
        x: float tensor `[batch, length, hidden_size]`.
        mask: bool tensor `[batch, length]`, False at padding; None masks nothing.

    Returns:
        float tensor of the shape of `x`. Models use `encode` and `extend`.

    Example:

    >>> layer = EncoderLayer(hidden_size=8, num_heads=2, intermediate_size=16)
    >>> layer(keras.ops.ones((1, 5, 8))).shape
    TensorShape([1, 5, 8])

    Reference:
        Devlin et al., BERT, arXiv 1810.04805.
    """

    def __init__(
        self,
        hidden_size,
        num_heads,
        *,
        intermediate_size,
        activation="gelu",
        dropout=0.0,
        attention_dropout=0.0,
        norm_epsilon=1e-12,
        initializer_range=0.02,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.config = {
            "hidden_size": hidden_size,
            "num_heads": num_heads,
            "intermediate_size": intermediate_size,
            "activation": keras.activations.serialize(activation) if callable(activation) else activation,
            "dropout": dropout,
            "attention_dropout": attention_dropout,
            "norm_epsilon": norm_epsilon,
            "initializer_range": initializer_range,
        }
        policy = self.dtype_policy
        self.attention = MemoryAttention(
            hidden_size,
            num_heads,
            dropout=attention_dropout,
            initializer_range=initializer_range,
            name="attention",
            dtype=policy,
        )
        self.attention_norm = keras.layers.LayerNormalization(epsilon=norm_epsilon, name="attention_norm", dtype=policy)
        kernel = TruncatedNormal(initializer_range)
        self.feed_forward_in = keras.layers.Dense(
            intermediate_size, kernel_initializer=kernel, name="feed_forward_in", dtype=policy
        )
        self.feed_forward_out = keras.layers.Dense(
            hidden_size, kernel_initializer=kernel, name="feed_forward_out", dtype=policy
        )
        self.output_norm = keras.layers.LayerNormalization(epsilon=norm_epsilon, name="output_norm", dtype=policy)
        self.dropout = keras.layers.Dropout(dropout, dtype=policy)
        self.activation = get_activation(activation)
        self.attention_norm.build((None, hidden_size))
        self.feed_forward_in.build((None, hidden_size))
        self.feed_forward_out.build((None, intermediate_size))
        self.output_norm.build((None, hidden_size))
        self.supports_masking = True
        self.built = True

    def _feed_forward(self, x, attended, *, training):
        x = self.attention_norm(x + self.dropout(attended, training=training))
        branch = self.feed_forward_out(self.activation(self.feed_forward_in(x)))
        return self.output_norm(x + self.dropout(branch, training=training))

    def encode(self, x, mask, *, positions=NO_POSITIONS, training=None):
        """Applies the layer with full attention; returns the output and this layer's memory `(keys, values)`."""
        attended, memory = self.attention.encode(x, mask, positions=positions, training=training)
        return self._feed_forward(x, attended, training=training), memory

    def extend(
        self,
        x,
        own_mask,
        *,
        memory,
        memory_mask,
        cache=None,
        index=0,
        cross_direction=None,
        memory_bias=None,
        positions=NO_POSITIONS,
        training=None,
    ):
        """Applies the layer to targets that attend to a memory and their own past.

        Args:
            x: float `[b, p, t, hidden_size]`.
            own_mask: bool `[b, p, t, u]`, visible positions of the own past.
            memory: keys and values of the source.
            memory_mask: bool `[b, s]`.
            cache: pair of buffers `[b, p, heads, u, head_size]` into which keys and values of `x` are written at
                `index`; None if `x` holds the whole past.
            index: int or scalar tensor.
            cross_direction: `CrossDirectionContext`; with it the targets attend to the other direction's past too.
            memory_bias, positions: as in `MemoryAttention.extend`.
            training: bool. Whether dropout is active.

        Returns:
            The output and the keys and values of the past.
        """
        own = self.attention.project(x, positions)
        if cache is not None:
            start = (0, 0, 0, index, 0)
            own = tuple(ops.slice_update(buffer, start, new) for buffer, new in zip(cache, own, strict=True))
        attended = self.attention.extend(
            x,
            own_mask,
            own=own,
            memory=memory,
            memory_mask=memory_mask,
            cross_direction=cross_direction,
            memory_bias=memory_bias,
            positions=positions,
            training=training,
        )
        return self._feed_forward(x, attended, training=training), own

    def call(self, x, mask=None, training=None):
        mask = ops.ones(ops.shape(x)[:2], "bool") if mask is None else mask
        return self.encode(x, mask, training=training)[0]

    def get_config(self):
        return super().get_config() | self.config
