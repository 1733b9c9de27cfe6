"""BERT encoder: encodes a source once, decodes many targets against its cache.

Letters of shapes: b is the number of sources in the batch, s the length of a source in tokens,
p the number of target streams per source (answers, beams or directions),
t the number of target tokens that one call reads,
u the number of slots of a decoder cache.
"""

from typing import Any, NamedTuple

import keras
from keras import ops

from ..data.config_fields import check_encoder_config
from ..data.text.tokenizer import Tokenizer
from ..generation.process_guard import check_process
from ..layers.activation import get_activation
from ..layers.encoder_layer import EncoderLayer
from ..layers.memory_attention import CrossDirectionContext
from ..layers.position_embedding import PositionEmbedding
from ..layers.truncated_normal import TruncatedNormal


class Memory(NamedTuple):
    """An encoded source, as targets attend to it.

    `layers`: per layer keys and values `[b, heads, s, head_size]`; `mask`: bool `[b, s]`, True at tokens; `lengths`:
    int32 `[b]`, lengths without padding; `last`: `[b, hidden]`, the state of the last token, which predicts a target's
    first token.
    """

    layers: tuple
    mask: Any
    lengths: Any
    last: Any


class BidirectionalContext(NamedTuple):
    """Attention between streams of two directions; the first half of the streams runs left to right.

    Step i attends to steps 0 to min(i, lookahead) of the other direction. The embedding of a direction's start token is
    added to each of its steps.

    `fusions`: a `DirectionFusion` per encoder layer; `start_ids`: int `[2]`, the two start tokens; `lookaheads`: int32
    `[b]`, None: no limit; `attend_all_beams`: whether a stream attends to the mean over all streams of the other half
    instead of the stream of its own rank.
    """

    fusions: Any
    start_ids: Any
    lookaheads: Any = None
    attend_all_beams: bool = False


class DecoderCache(NamedTuple):
    """Keys and values of the targets so far.

    `layers`: per layer keys and values `[b, p, heads, u, head_size]`; `mask`: bool `[b, p, u]`, True at tokens.
    """

    layers: tuple
    mask: Any


@keras.saving.register_keras_serializable(package="textzoo")
class Encoder(keras.Model):
    """BERT in two steps: `encode` reads a source once, `extend` any number of targets after it.

    Source positions never attend to targets. Both steps together therefore equal the UniLM mask over the concatenated
    sequence and give the logits of bert4keras with `application='unilm'`.

    Args:
        vocab_size: int. Rows of the token embedding.
        hidden_size: int. Width of the hidden states.
        num_layers: int. Number of encoder layers.
        num_heads: int. Number of attention heads, a divisor of `hidden_size`.
        intermediate_size: int. Width of the feed-forward layers.
        max_length: int. Number of trained positions.
        num_segments: int. Rows of the segment embedding; targets use the last segment.
        activation: name, function or layer; `"gelu"` is the exact form, `"gelu_tanh"` Google's approximation. A layer
            is copied for each encoder layer.
        dropout: float. Dropout rate of embeddings and residual branches.
        attention_dropout: float. Dropout rate of attention weights.
        norm_epsilon: float. Epsilon of the layer normalizations.
        initializer_range: float. Standard deviation of the initial weights.
        pooler: bool. Whether to keep a pooler over the first state, which no model uses, for writing checkpoints back.
        mlm_head: bool. Whether to add an output head tied to the token embedding (`token_logits`).
        hierarchical_positions: bool. Whether to extend the positions to `max_length` squared.
        embedding_layers: `"first_last"` or `"last"`, the layers whose states `ContextualEmbedder` takes by default.
            Sentence encoders are tuned on their last layer.
        tokenizer: `Tokenizer` saved with the encoder; None: it takes ids only. A task sets its preprocessor's.

    Call arguments:
        ids: int tensor `[b, s]`; 0 is padding and masked.

    Returns:
        Hidden states `[b, s, hidden_size]`.

    Raises:
        ValueError: a size is not a positive integer, a rate is outside [0, 1), or `num_heads` does not divide
            `hidden_size`.

    Example:

    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=2, num_heads=2, intermediate_size=16, max_length=32)
    >>> hidden, memory = encoder.encode(keras.ops.array([[2, 7, 8, 3], [2, 9, 3, 0]]))
    >>> targets = keras.ops.array([[[5, 6]], [[7, 3]]])
    >>> states, cache = encoder.extend(targets, memory)
    >>> hidden.shape, states.shape
    (TensorShape([2, 4, 8]), TensorShape([2, 1, 2, 8]))

    Reference:
        Devlin et al., BERT, arXiv 1810.04805; Dong et al., UniLM, arXiv 1905.03197; https://kexue.fm/archives/6933.
    """

    def __init__(
        self,
        vocab_size,
        *,
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
        embedding_layers="first_last",
        tokenizer=None,
        **kwargs,
    ):
        check_process()
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
            "embedding_layers": embedding_layers,
        }
        check_encoder_config({key: value for key, value in self.config.items() if key != "activation"})
        self.vocab_size, self.hidden_size, self.num_segments = vocab_size, hidden_size, num_segments
        self.num_layers, self.num_heads = num_layers, num_heads
        self.tokenizer: Any = tokenizer
        # === Layers ===
        policy = self.dtype_policy
        normal = TruncatedNormal(initializer_range)
        embedding = {"embeddings_initializer": normal, "dtype": policy}
        self.token_embedding = keras.layers.Embedding(vocab_size, hidden_size, name="token_embedding", **embedding)
        self.segment_embedding = keras.layers.Embedding(
            num_segments, hidden_size, name="segment_embedding", **embedding
        )
        self.position_embedding = PositionEmbedding(
            max_length,
            hidden_size,
            hierarchical=hierarchical_positions,
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
                intermediate_size=intermediate_size,
                activation=activation,
                dropout=dropout,
                attention_dropout=attention_dropout,
                norm_epsilon=norm_epsilon,
                initializer_range=initializer_range,
                name=f"layer_{i}",
                dtype=policy,
            )
            for i in range(num_layers)
        ]
        dense = {"kernel_initializer": normal, "dtype": policy}
        self.pooler = keras.layers.Dense(hidden_size, activation="tanh", name="pooler", **dense) if pooler else None
        self.mlm_dense: Any = None
        if mlm_head:
            self.mlm_dense = keras.layers.Dense(hidden_size, name="mlm_dense", **dense)
            self.mlm_activation = get_activation(activation)
            self.mlm_norm = keras.layers.LayerNormalization(name="mlm_norm", **norm)
            self.mlm_bias = self.add_weight(shape=(vocab_size,), initializer="zeros", name="mlm_bias")
        # === Weights ===
        self.token_embedding.build()
        self.segment_embedding.build()
        for layer in (self.embedding_norm, self.pooler, self.mlm_dense, mlm_head and self.mlm_norm):
            if layer:
                layer.build((None, hidden_size))
        self.built = True

    def _embed(self, ids, positions, *, segment_ids, training, start_ids=None):
        x = self.token_embedding(ids) + self.position_embedding(positions) + self.segment_embedding(segment_ids)
        if start_ids is not None:
            directions = self.token_embedding(ops.convert_to_tensor(start_ids, "int32"))
            x += ops.repeat(directions, ops.shape(ids)[1] // 2, axis=0)[:, None]
        return self.embedding_dropout(self.embedding_norm(x), training=training)

    def encode(self, ids, *, mask=None, segment_ids=None, training=None):
        """Encodes sources, every position attending to every other.

        Args:
            ids: int `[b, s]`.
            mask: bool `[b, s]`, True at tokens, False at the padding after them; None: `ids != 0`.
            segment_ids: int `[b, s]`; None: all 0.
            training: bool. Whether dropout is applied.

        Returns:
            `(hidden [b, s, hidden_size], Memory)`.

        Raises:
            ValueError: in eager mode, a token stands past the last position of the model.
        """
        mask = ops.not_equal(ids, 0) if mask is None else ops.cast(mask, "bool")
        segment_ids = ops.zeros_like(ids) if segment_ids is None else segment_ids
        positions = ops.where(mask, ops.arange(ops.shape(ids)[1]), 0)
        x = self._embed(ids, positions, segment_ids=segment_ids, training=training)
        layers = []
        for layer in self.encoder_layers:
            x, keys_values = layer.encode(x, mask, training=training)
            layers.append(keys_values)
        lengths = ops.sum(ops.cast(mask, "int32"), axis=1)
        last = ops.take_along_axis(x, ops.maximum(lengths - 1, 0)[:, None, None], axis=1)[:, 0]
        return x, Memory(layers=tuple(layers), mask=mask, lengths=lengths, last=last)

    def extend(
        self,
        target_ids,
        memory,
        *,
        cache=None,
        index=0,
        target_mask=None,
        bidirectional_context=None,
        training=None,
        memory_bias=None,
    ):
        """Computes states of targets that attend to the memory and their own past, all at once or step by step.

        A target's position is the source's length without padding plus the number of targets before it. Its segment is
        the last.

        Args:
            target_ids: int `[b, p, t]`.
            memory: `Memory` of the sources.
            cache: `DecoderCache` from `make_cache` or an earlier call; None: `target_ids` is the whole past.
            index: int or scalar tensor. Slot of `cache` that takes the first of the targets.
            target_mask: bool `[b, p, t]`, False at padding, which is masked; None: `target_ids != 0`.
            bidirectional_context: `BidirectionalContext`; None: streams do not attend to each other.
            training: bool. Whether dropout is applied.
            memory_bias: float `[num_layers, b, num_heads, p, t, s]`, added to the attention scores over the source;
                None: no bias.

        Returns:
            `(states [b, p, t, hidden_size], DecoderCache)`; state t predicts target t + 1.

        Raises:
            ValueError: in eager mode, a token stands past the last position of the model.
        """
        t = ops.shape(target_ids)[2]
        target_mask = ops.not_equal(target_ids, 0) if target_mask is None else ops.cast(target_mask, "bool")
        cache_mask = target_mask if cache is None else ops.slice_update(cache.mask, (0, 0, index), target_mask)
        slots = ops.arange(ops.shape(cache_mask)[2])
        own_mask = cache_mask[:, :, None, :] & (slots <= index + ops.arange(t)[:, None])
        targets_before = ops.sum(ops.cast(own_mask, "int32"), axis=-1) - 1
        positions = memory.lengths[:, None, None] + ops.maximum(targets_before, 0)
        segment_ids = ops.full_like(target_ids, self.num_segments - 1)
        start_ids, cross_mask, cross_direction, layers = None, own_mask, None, []
        if bidirectional_context is not None:
            start_ids = bidirectional_context.start_ids
            if bidirectional_context.lookaheads is not None:
                cross_mask = own_mask & (slots <= bidirectional_context.lookaheads[:, None, None, None])
        x = self._embed(target_ids, positions, segment_ids=segment_ids, training=training, start_ids=start_ids)
        num_layers = self.num_layers
        biases = [None] * num_layers if memory_bias is None else ops.unstack(memory_bias, num_layers, axis=0)
        for i, layer in enumerate(self.encoder_layers):
            layer_cache = None if cache is None else cache.layers[i]
            if bidirectional_context is not None:
                cross_direction = CrossDirectionContext(
                    cross_mask, bidirectional_context.fusions[i], bidirectional_context.attend_all_beams
                )
            x, own = layer.extend(
                x,
                own_mask,
                memory=memory.layers[i],
                memory_mask=memory.mask,
                cache=layer_cache,
                index=index,
                cross_direction=cross_direction,
                memory_bias=biases[i],
                training=training,
            )
            layers.append(own)
        return x, DecoderCache(tuple(layers), cache_mask)

    def make_cache(self, batch_size, *, streams, length):
        """Returns an empty `DecoderCache` of `length` slots for `streams` targets of each of `batch_size` sources."""
        shape = (batch_size, streams, self.num_heads, length, self.hidden_size // self.num_heads)
        empty = ops.zeros(shape, self.compute_dtype)
        return DecoderCache(
            tuple((empty, empty) for _ in self.encoder_layers), ops.zeros((batch_size, streams, length), "bool")
        )

    def require_mlm_head(self):
        """Raises ValueError if the encoder has no output head."""
        if self.mlm_dense is None:
            raise ValueError("The encoder has no output head (mlm_head=False); build it with mlm_head=True.")

    def token_logits(self, states):
        """Computes logits over the vocabulary by the output head.

        Args:
            states: float `[..., hidden_size]`.

        Returns:
            float32 `[..., vocab_size]`.

        Raises:
            ValueError: the encoder has no output head.
        """
        self.require_mlm_head()
        x = self.mlm_norm(self.mlm_activation(self.mlm_dense(states)))
        table = ops.cast(self.token_embedding.embeddings, x.dtype)
        rows = ops.reshape(x, (-1, self.hidden_size))  # one matrix product for all rows
        columns = ops.matmul(table, ops.transpose(rows))  # on CPUs up to three times as fast as rows x table
        logits = ops.reshape(ops.transpose(columns), (*ops.shape(x)[:-1], self.vocab_size))
        return ops.cast(logits, "float32") + ops.cast(self.mlm_bias, "float32")

    def call(self, ids, training=None):
        return self.encode(ids, training=training)[0]

    @classmethod
    def from_preset(cls, preset, *, tokenizer=None, **overrides) -> "Encoder":
        """Loads an encoder from a preset's name or a folder: textzoo's, Google's, Hugging Face's or bert4keras's.

        The encoder has the folder's tokenizer, and the checkpoint's pooler and output head if it has them. A pooler or
        head requested in `overrides` but missing in the checkpoint is initialized randomly.

        Args:
            preset: name or path. If a folder holds several checkpoints, the path of one of them.
            tokenizer: `Tokenizer` that replaces the folder's vocab.txt; a pruned one selects rows of the checkpoint.
            **overrides: constructor arguments that replace the folder's, such as `dropout` or
                `hierarchical_positions`; `dtype` defaults to Keras's global policy.

        Returns:
            The encoder.

        Raises:
            ValueError: the folder holds no BERT, a file is missing or broken, a tensor is missing or has another shape,
                or the vocabulary does not match.
        """
        from .presets.load_encoder import load_encoder

        return load_encoder(cls, preset, tokenizer=tokenizer, **overrides)

    def save_to_preset(self, folder, *, card=None, dtype="float32"):
        """Writes config.json, vocab.txt, weights and a model card into `folder`.

        Args:
            folder: path; created if missing.
            card: dict of entries of the model card, see `model_card`; None: the facts only.
            dtype: `"float32"`, or `"float16"`, which halves the file.

        Raises:
            ValueError: `dtype` is neither of the two.
        """
        from .presets.preset_folder import save_to_preset

        save_to_preset(self, folder, card=card, dtype=dtype)

    def get_config(self):
        tokenizer = None if self.tokenizer is None else self.tokenizer.get_config()
        return super().get_config() | self.config | {"tokenizer": tokenizer}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        tokenizer = config.get("tokenizer")
        return cls(**config | {"tokenizer": tokenizer and Tokenizer.from_config(tokenizer)})
