"""The one encoder of the zoo: sources once, targets after."""

from typing import Any, NamedTuple

import keras
from keras import ops

from ..layers.activation import get_activation
from ..layers.encoder_layer import EncoderLayer
from ..layers.memory_attention import CrossDirectionContext
from ..layers.position_embedding import PositionEmbedding
from ..layers.truncated_normal import TruncatedNormal


class Memory(NamedTuple):
    """What targets need of a source.

    `layers`: per layer keys and values `[b, heads, s, head_size]`; `mask`: bool `[b, s]`; `lengths`: int32 `[b]`, the
    true lengths; `last`: `[b, hidden]`, the state of the last token, which predicts a target's first one.
    """

    layers: tuple
    mask: Any
    lengths: Any
    last: Any


class BidirectionalContext(NamedTuple):
    """How streams in two directions see each other; the first half of them writes from the left.

    Step i sees the other direction's steps 0 to min(i, lookahead). Every step is told its direction: the vector of the
    direction's start token is added to its own.

    `fusions`: a `Fusion` for each encoder layer; `start_ids`: the two start tokens, int `[2]`; `lookaheads`: int32 `[b]`,
    None: no limit; `every`: whether a stream sees the mean over all of the other half, or only the stream of its own
    rank there.
    """

    fusions: Any
    start_ids: Any
    lookaheads: Any = None
    every: bool = False


class DecoderCache(NamedTuple):
    """What target steps have written so far.

    `layers`: per layer keys and values `[b, p, heads, u, head_size]`; `mask`: bool `[b, p, u]`.
    """

    layers: tuple
    mask: Any


@keras.saving.register_keras_serializable(package="textzoo")
class Encoder(keras.Model):
    """BERT, used in two moves: `encode` a source once, `extend` it by any number of targets.

    Source positions never see targets, so both moves together are the UniLM mask over the concatenated sequence: the
    same logits as bert4keras with `application='unilm'`.

    Args:
        vocab_size: int. Rows of the token table.
        hidden_size: int. Width of the hidden states.
        num_layers: int. Encoder layers.
        num_heads: int. Attention heads, a divisor of `hidden_size`.
        intermediate_size: int. Width of the feed-forward parts.
        max_length: int. Trained positions.
        num_segments: int. Rows of the segment table; targets are segment 1 where there are two.
        activation: name, function or layer; `"gelu"` is the exact form, `"gelu_tanh"` Google's. Each encoder layer
            gets a layer of its own like the one given.
        dropout: float. Rate on embeddings and branches while training.
        attention_dropout: float. Rate on attention weights while training.
        norm_epsilon: float. Added to variances.
        initializer_range: float. Standard deviation of random weights.
        pooler: bool. Whether there is a pooler over the first state, kept for checkpoints that are written back.
        mlm_head: bool. Whether there is an output head tied to the token table (`token_logits`).
        hierarchical_positions: bool. Serve positions up to `max_length` squared.

    Call arguments:
        ids: int tensor `[b, s]`; positions of id 0, the padding, are masked.

    Returns:
        Hidden states `[b, s, hidden_size]`.

    Example:

    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=2, num_heads=2, intermediate_size=16, max_length=32)
    >>> hidden, memory = encoder.encode(keras.ops.array([[2, 7, 8, 3], [2, 9, 3, 0]]))
    >>> targets = keras.ops.array([[[5, 6]], [[7, 3]]])
    >>> states, past = encoder.extend(targets, memory)
    >>> hidden.shape, states.shape
    (TensorShape([2, 4, 8]), TensorShape([2, 1, 2, 8]))

    Reference:
        Devlin et al., arXiv 1810.04805; Dong et al. (UniLM), arXiv 1905.03197; https://kexue.fm/archives/6933.
    """

    def __init__(
        self,
        vocab_size,
        hidden_size=768,
        num_layers=12,
        num_heads=12,
        intermediate_size=3072,
        max_length=512,
        num_segments=2,
        activation="gelu",
        dropout=0.1,
        attention_dropout=0.1,
        norm_epsilon=1e-12,
        initializer_range=0.02,
        pooler=False,
        mlm_head=True,
        hierarchical_positions=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        # === Config ===
        self.config = {
            "vocab_size": vocab_size,
            "hidden_size": hidden_size,
            "num_layers": num_layers,
            "num_heads": num_heads,
            "intermediate_size": intermediate_size,
            "max_length": max_length,
            "num_segments": num_segments,
            "activation": keras.activations.serialize(activation) if callable(activation) else activation,
            "dropout": dropout,
            "attention_dropout": attention_dropout,
            "norm_epsilon": norm_epsilon,
            "initializer_range": initializer_range,
            "pooler": pooler,
            "mlm_head": mlm_head,
            "hierarchical_positions": hierarchical_positions,
        }
        self.vocab_size, self.hidden_size, self.num_segments = vocab_size, hidden_size, num_segments
        self.num_layers, self.num_heads = num_layers, num_heads
        self.tokenizer: Any = None
        # === Layers ===
        policy = self.dtype_policy
        normal = TruncatedNormal(initializer_range)
        table = {"embeddings_initializer": normal, "dtype": policy}
        self.token_embedding = keras.layers.Embedding(vocab_size, hidden_size, name="token_embedding", **table)
        self.segment_embedding = keras.layers.Embedding(num_segments, hidden_size, name="segment_embedding", **table)
        self.position_embedding = PositionEmbedding(
            max_length,
            hidden_size,
            hierarchical_positions,
            initializer_range=initializer_range,
            name="position_embedding",
            dtype=policy,
        )
        norm = {"epsilon": norm_epsilon, "dtype": policy}
        self.embedding_norm = keras.layers.LayerNormalization(name="embedding_norm", **norm)
        self.embedding_dropout = keras.layers.Dropout(dropout, dtype=policy)
        self.encoder_layers = [
            EncoderLayer(
                hidden_size,
                num_heads,
                intermediate_size,
                activation,
                dropout,
                attention_dropout,
                norm_epsilon,
                initializer_range,
                name=f"layer_{i}",
                dtype=policy,
            )
            for i in range(num_layers)
        ]
        dense = {"kernel_initializer": normal, "dtype": policy}
        self.pooler = keras.layers.Dense(hidden_size, activation="tanh", name="pooler", **dense) if pooler else None
        if mlm_head:
            self.mlm_dense = keras.layers.Dense(hidden_size, name="mlm_dense", **dense)
            self.mlm_activation = get_activation(activation)
            self.mlm_norm = keras.layers.LayerNormalization(name="mlm_norm", **norm)
            self.mlm_bias = self.add_weight(shape=(vocab_size,), initializer="zeros", name="mlm_bias")
        else:
            self.mlm_dense = None
        # === Weights ===
        self.token_embedding.build()
        self.segment_embedding.build()
        for layer in (self.embedding_norm, self.pooler, self.mlm_dense, mlm_head and self.mlm_norm):
            if layer:
                layer.build((None, hidden_size))
        self.built = True

    def _embed(self, ids, positions, segment_ids, training, start_ids=None):
        x = self.token_embedding(ids) + self.position_embedding(positions) + self.segment_embedding(segment_ids)
        if start_ids is not None:
            directions = self.token_embedding(ops.convert_to_tensor(start_ids, "int32"))
            x += ops.repeat(directions, ops.shape(ids)[1] // 2, axis=0)[:, None]
        return self.embedding_dropout(self.embedding_norm(x), training=training)

    def encode(self, ids, mask=None, segment_ids=None, training=None):
        """Hidden states and memory of sources.

        Args:
            ids: int `[b, s]`.
            mask: bool `[b, s]`, True where a token is, padding at the end; None: where the id is not 0.
            segment_ids: int `[b, s]`; None: all 0.
            training: bool. Whether dropout is on.

        Returns:
            `(hidden [b, s, hidden_size], Memory)`.

        Raises:
            ValueError: in eager mode, a token stands past the last position of the model.
        """
        mask = ops.not_equal(ids, 0) if mask is None else ops.cast(mask, "bool")
        segment_ids = ops.zeros_like(ids) if segment_ids is None else segment_ids
        positions = ops.where(mask, ops.arange(ops.shape(ids)[1]), 0)
        x = self._embed(ids, positions, segment_ids, training)
        layers = []
        for layer in self.encoder_layers:
            x, keys_values = layer.encode(x, mask, training=training)
            layers.append(keys_values)
        lengths = ops.sum(ops.cast(mask, "int32"), axis=1)
        last = ops.take_along_axis(x, ops.maximum(lengths - 1, 0)[:, None, None], axis=1)[:, 0]
        return x, Memory(tuple(layers), mask, lengths, last)

    def extend(
        self,
        target_ids,
        memory,
        cache=None,
        index=0,
        target_mask=None,
        bidirectional_context=None,
        training=None,
        memory_bias=None,
    ):
        """States of targets that see the memory and their own past; at once, or step by step with a cache.

        Target t of a row has position (true source length + targets before it) and the last segment.

        Args:
            target_ids: int `[b, p, t]`, p streams a source.
            memory: `Memory` of the sources.
            cache: `DecoderCache` made by `make_cache` or returned before; None: the targets are the whole past.
            index: int or scalar tensor. Slot of `cache` at which the targets stand.
            target_mask: bool `[b, p, t]`, False at padding, which nobody sees; None: where the id is not 0.
            bidirectional_context: `BidirectionalContext`, how streams see those of the other direction; None: they do not.
            training: bool. Whether dropout is on.
            memory_bias: float `[num_layers, b, num_heads, p, t, s]`, added to the attention scores of the source; None:
                nothing.

        Returns:
            `(states [b, p, t, hidden_size], DecoderCache)`; state t predicts target t + 1.

        Raises:
            ValueError: in eager mode, a token stands past the last position of the model.
        """
        t = ops.shape(target_ids)[2]
        fresh = ops.not_equal(target_ids, 0) if target_mask is None else ops.cast(target_mask, "bool")
        seen = fresh if cache is None else ops.slice_update(cache.mask, (0, 0, index), fresh)
        slots = ops.shape(seen)[2]
        causal = ops.arange(slots)[None, :] <= index + ops.arange(t)[:, None]
        own_mask = seen[:, :, None, :] & causal
        before = ops.sum(ops.cast(own_mask, "int32"), axis=-1) - 1
        positions = memory.lengths[:, None, None] + ops.maximum(before, 0)
        segments = ops.full_like(target_ids, self.num_segments - 1)
        x = self._embed(
            target_ids,
            positions,
            segments,
            training,
            None if bidirectional_context is None else bidirectional_context.start_ids,
        )
        shown, cross_direction, layers = own_mask, None, []
        if bidirectional_context is not None and bidirectional_context.lookaheads is not None:
            shown = own_mask & (ops.arange(slots) <= bidirectional_context.lookaheads[:, None, None, None])
        count = self.num_layers
        biases = [None] * count if memory_bias is None else ops.unstack(memory_bias, count, axis=0)
        for i, layer in enumerate(self.encoder_layers):
            layer_cache = None if cache is None else cache.layers[i]
            if bidirectional_context is not None:
                cross_direction = CrossDirectionContext(
                    shown, bidirectional_context.fusions[i], bidirectional_context.every
                )
            layer_memory = memory.layers[i], memory.mask
            x, own = layer.extend(
                x, own_mask, *layer_memory, layer_cache, index, cross_direction, biases[i], training=training
            )
            layers.append(own)
        return x, DecoderCache(tuple(layers), seen)

    def make_cache(self, batch_size, streams, length):
        """An empty `DecoderCache` of `length` slots for `streams` targets of each of `batch_size` sources."""
        shape = (batch_size, streams, self.num_heads, length, self.hidden_size // self.num_heads)
        empty = ops.zeros(shape, self.compute_dtype)
        return DecoderCache(
            tuple((empty, empty) for _ in self.encoder_layers), ops.zeros((batch_size, streams, length), "bool")
        )

    def token_logits(self, states):
        """Logits over the vocabulary `[..., vocab_size]` of states `[..., hidden_size]`; float32."""
        if self.mlm_dense is None:
            raise ValueError("Expected an encoder with an output head (mlm_head=True). Received: mlm_head=False")
        x = self.mlm_norm(self.mlm_activation(self.mlm_dense(states)))
        table = ops.cast(self.token_embedding.embeddings, x.dtype)
        rows = ops.reshape(x, (-1, self.hidden_size))  # one product, not one a row
        columns = ops.matmul(table, ops.transpose(rows))  # on CPUs up to three times as fast as rows by the table
        logits = ops.reshape(ops.transpose(columns), (*ops.shape(x)[:-1], self.vocab_size))
        return ops.cast(logits, "float32") + ops.cast(self.mlm_bias, "float32")

    def call(self, ids, training=None):
        return self.encode(ids, training=training)[0]

    @classmethod
    def from_preset(cls, preset, tokenizer=None, **overrides) -> "Encoder":
        """An encoder from a preset's name or a folder: our own, Google's, Hugging Face's or bert4keras's.

        The result's `tokenizer` is the folder's. A pooler and an output head are there where the checkpoint has them;
        one that is asked for and not in the checkpoint starts from random weights.

        Args:
            preset: name or path. The path of one checkpoint of several in a folder is taken too.
            tokenizer: `Tokenizer` in place of the folder's vocab.txt; a pruned one takes its rows of the checkpoint.
            **overrides: constructor arguments in place of the folder's, such as `dropout` or `hierarchical_positions`;
                `dtype` is Keras's global policy where left out.

        Raises:
            ValueError: it is no folder of a BERT, a file is missing or broken, a tensor is missing or has another
                shape, or the vocabulary does not fit.
        """
        from .presets.load_encoder import load_encoder

        return load_encoder(cls, preset, tokenizer, **overrides)

    def save_to_preset(self, folder, card=None, dtype="float32"):
        """Write config.json, vocab.txt, weights and a card into `folder`; `dtype="float16"` halves the weights."""
        from .presets.preset_folder import save_to_preset

        save_to_preset(self, folder, card, dtype)

    def get_config(self):
        return super().get_config() | self.config
