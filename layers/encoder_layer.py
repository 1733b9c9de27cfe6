"""The BERT layer that every model of the zoo shares."""

import keras
from keras import ops

from .activation import get_activation
from .memory_attention import MemoryAttention
from .truncated_normal import TruncatedNormal


@keras.saving.register_keras_serializable(package="textzoo")
class EncoderLayer(keras.layers.Layer):
    r"""One post-LN BERT layer: attention, then feed-forward, each added to its input and normalised.

    $$h = \mathrm{LN}(x + \mathrm{Attention}(x)), \quad y = \mathrm{LN}(h + W_2 f(W_1 h))$$

    Args:
        hidden_size: int. Width of inputs and outputs.
        num_heads: int. Attention heads.
        intermediate_size: int. Width inside the feed-forward part.
        activation: name, registered function or layer, $f$. `"gelu"` is the exact (erf) form; `"sau"` and
            `"smooth_relu"` are the smooth ones; of a layer a new one like it is made.
        dropout: float. Rate on the two branches.
        attention_dropout: float. Rate on the attention weights.
        norm_epsilon: float. Added to the variance in both normalisations.
        initializer_range: float. Standard deviation of the truncated normal of the kernels.

    Call arguments:
        x: float tensor `[batch, length, hidden_size]`.
        mask: bool tensor `[batch, length]`, True where a token is; None: everywhere.

    Returns:
        float tensor of the shape of `x`. `encode` and `extend` are the two moves that models use.

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
            hidden_size, num_heads, attention_dropout, initializer_range, name="attention", dtype=policy
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

    def _finish(self, x, attended, training):
        x = self.attention_norm(x + self.dropout(attended, training=training))
        branch = self.feed_forward_out(self.activation(self.feed_forward_in(x)))
        return self.output_norm(x + self.dropout(branch, training=training))

    def encode(self, x, mask, training=None):
        """All positions see each other; the output and this layer's memory `(keys, values)`."""
        attended, memory = self.attention.encode(x, mask, training=training)
        return self._finish(x, attended, training), memory

    def extend(
        self,
        x,
        own_mask,
        memory,
        memory_mask,
        cache=None,
        index=0,
        cross_direction=None,
        memory_bias=None,
        training=None,
    ):
        """Targets `[b, p, t, hidden]` over memory and own past; the output and the keys and values of the past.

        `cache` is a pair of buffers `[b, p, heads, u, head_size]` that `x` is written into at `index`; None: the targets
        themselves are all there is. With `CrossDirectionContext` they see the past of the other direction too. `memory_bias`: as in
        `MemoryAttention.extend`.
        """
        own = self.attention.project(x)
        if cache is not None:
            start = (0, 0, 0, index, 0)
            own = tuple(ops.slice_update(buffer, start, new) for buffer, new in zip(cache, own, strict=True))
        attended = self.attention.extend(x, own, own_mask, memory, memory_mask, cross_direction, memory_bias, training)
        return self._finish(x, attended, training), own

    def call(self, x, mask=None, training=None):
        mask = ops.ones(ops.shape(x)[:2], "bool") if mask is None else mask
        return self.encode(x, mask, training=training)[0]

    def get_config(self):
        return super().get_config() | self.config
