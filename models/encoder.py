"""BERT encoder: encodes a source once, decodes many targets against its cache.

Letters of shapes: b is the number of sources in the batch, s the length of a source in tokens,
p the number of target streams per source (answers, beams or directions),
t the number of target tokens that one call reads,
u the number of slots of a decoder cache.
"""

from typing import Any

import keras
from keras import ops

from ..data.config_fields import FIELDS, check_encoder_config
from ..data.text.tokenizer import Tokenizer
from ..generation.process_guard import check_process
from ..layers.activation import get_activation
from ..layers.encoder_layer import EncoderLayer
from ..layers.memory_attention import CrossDirectionContext
from ..layers.position_embedding import PositionEmbedding, check_positions
from ..layers.sinusoidal_positions import attention_positions
from ..layers.truncated_normal import TruncatedNormal
from .encoder_state import DecoderCache, Memory


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
        num_segments: int. Rows of the segment embedding; targets use the last segment. 0: no segments (DistilBERT).
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
        embedding_size: int. Width of the embeddings, which a dense layer projects to `hidden_size` (ALBERT, ELECTRA).
            None: `hidden_size`, without a projection.
        shared_layers: bool. Whether all layers have the weights of one (ALBERT).
        position_type: `"absolute"`, a vector per position; `"rotary"` (RoFormer) or `"relative"` (NEZHA), in the
            attention and without weights.
        max_distance: int. Distance beyond which relative positions do not differ.
        num_task_types: int. Rows of the task type embedding, of which the first is added to every token (ERNIE).
        tokenizer: `Tokenizer` saved with the encoder; None: it takes ids only. A task sets its preprocessor's.

    Call arguments:
        ids: int tensor `[b, s]`; 0 is padding and masked.

    Returns:
        Hidden states `[b, s, hidden_size]`.

    Raises:
        ValueError: a size is not a positive integer, a rate is outside [0, 1), `num_heads` does not divide
            `hidden_size`, or the positions are in the attention and heads have an odd size or positions a hierarchy.

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
        embedding_size=None,
        shared_layers=False,
        position_type="absolute",
        max_distance=64,
        num_task_types=0,
        tokenizer=None,
        **kwargs,
    ):
        arguments = {name: value for name, value in locals().items() if name in FIELDS or name == "embedding_layers"}
        check_process()
        super().__init__(**kwargs)
        # === Config ===
        activation_config = keras.activations.serialize(activation) if callable(activation) else activation
        self.config: dict[str, Any] = arguments | {"activation": activation_config}
        check_encoder_config({key: value for key, value in self.config.items() if key != "activation"})
        self.vocab_size, self.hidden_size, self.num_segments = vocab_size, hidden_size, num_segments
        self.num_layers, self.num_heads = num_layers, num_heads
        self.num_positions = max_length**2 if hierarchical_positions else max_length
        self._position_options = {
            "kind": position_type,
            "head_size": hidden_size // num_heads,
            "max_distance": max_distance,
        }
        self.tokenizer: Any = tokenizer
        # === Layers ===
        policy = self.dtype_policy
        normal = TruncatedNormal(initializer_range)
        width = embedding_size or hidden_size

        def embedding(rows, name):
            return keras.layers.Embedding(rows, width, embeddings_initializer=normal, name=name, dtype=policy)

        self.token_embedding = embedding(vocab_size, "token_embedding")
        self.segment_embedding = embedding(num_segments, "segment_embedding") if num_segments else None
        self.task_type_embedding = embedding(num_task_types, "task_type_embedding") if num_task_types else None
        self.position_embedding: Any = None
        if position_type == "absolute":
            self.position_embedding = PositionEmbedding(
                max_length,
                width,
                hierarchical=hierarchical_positions,
                initializer_range=initializer_range,
                name="position_embedding",
                dtype=policy,
            )
        norm = {"epsilon": norm_epsilon, "dtype": policy}
        self.embedding_norm = keras.layers.LayerNormalization(name="embedding_norm", **norm)
        self.embedding_dropout = keras.layers.Dropout(dropout, dtype=policy)
        dense = {"kernel_initializer": normal, "dtype": policy}
        self.embedding_projection = None
        if embedding_size is not None:
            self.embedding_projection = keras.layers.Dense(hidden_size, name="embedding_projection", **dense)
        layers = [
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
            for i in range(1 if shared_layers else num_layers)
        ]
        self.encoder_layers = layers * num_layers if shared_layers else layers
        self.pooler = keras.layers.Dense(hidden_size, activation="tanh", name="pooler", **dense) if pooler else None
        self.mlm_dense: Any = None
        if mlm_head:
            self.mlm_dense = keras.layers.Dense(width, name="mlm_dense", **dense)
            self.mlm_activation = get_activation(activation)
            self.mlm_norm = keras.layers.LayerNormalization(name="mlm_norm", **norm)
            self.mlm_bias = self.add_weight(shape=(vocab_size,), initializer="zeros", name="mlm_bias")
        # === Weights ===
        for layer in (self.token_embedding, self.segment_embedding, self.task_type_embedding):
            if layer:
                layer.build()
        for layer in (self.embedding_norm, self.embedding_projection, mlm_head and self.mlm_norm):
            if layer:
                layer.build((None, width))
        for layer in (self.pooler, self.mlm_dense):
            if layer:
                layer.build((None, hidden_size))
        self.built = True

    def _embed(self, ids, positions, *, segment_ids, training, start_ids=None):
        x = self.token_embedding(ids)
        if self.position_embedding is None:
            check_positions(positions, self.num_positions)
        else:
            x += self.position_embedding(positions)
        if self.segment_embedding is not None:
            x += self.segment_embedding(segment_ids)
        if self.task_type_embedding is not None:
            x += self.task_type_embedding(ops.zeros((1,), "int32"))
        if start_ids is not None:
            directions = self.token_embedding(ops.convert_to_tensor(start_ids, "int32"))
            x += ops.repeat(directions, ops.shape(ids)[1] // 2, axis=0)[:, None]
        x = self.embedding_dropout(self.embedding_norm(x), training=training)
        return x if self.embedding_projection is None else self.embedding_projection(x)

    def encode(self, ids, *, mask=None, segment_ids=None, num_layers=None, training=None):
        """Encodes sources, every position attending to every other.

        Args:
            ids: int `[b, s]`.
            mask: bool `[b, s]`, True at tokens, False at the padding after them; None: `ids != 0`.
            segment_ids: int `[b, s]`; None: all 0.
            num_layers: int. Number of layers to apply; None: all.
            training: bool. Whether dropout is applied.

        Returns:
            `(hidden [b, s, hidden_size], Memory)`.

        Raises:
            ValueError: in eager mode, a token stands past the last position of the model.
        """
        mask = ops.not_equal(ids, 0) if mask is None else ops.cast(mask, "bool")
        segment_ids = ops.zeros_like(ids) if segment_ids is None else segment_ids
        slots = ops.arange(ops.shape(ids)[1])
        x = self._embed(ids, ops.where(mask, slots, 0), segment_ids=segment_ids, training=training)
        positions = attention_positions(slots, own=slots, **self._position_options)
        layers = []
        for layer in self.encoder_layers[:num_layers]:
            x, keys_values = layer.encode(x, mask, positions=positions, training=training)
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
        before = memory.lengths[:, None, None] - 1
        in_attention = attention_positions(
            positions,
            own=before + ops.cumsum(ops.cast(cache_mask, "int32"), axis=-1),
            memory=ops.arange(ops.shape(memory.mask)[1])[None, None],
            **self._position_options,
        )
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
                positions=in_attention,
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
        rows = ops.reshape(x, (-1, ops.shape(x)[-1]))  # one matrix product for all rows
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
