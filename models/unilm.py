"""An encoder used as a sequence-to-sequence model."""

from typing import Any, NamedTuple

import keras
from keras import ops

from ..layers.copy_head import CopyHead
from ..layers.decoder_input_noise import DecoderInputNoise
from ..layers.source_prior import SourcePrior
from ..layers.span_bias import SpanBias
from .encoder import DecoderCache, Memory


class Source(NamedTuple):
    """A source that was read: its ids `[b, s]`, its `Memory`, and what the output head needs of it (else None).

    `copy_keys` `[b, s, hidden]` are the pointer's keys, `copy_mask` bool `[b, s]` the tokens between the first and
    the last, which may be copied; `prior` `[b, vocab]` is the prior over tokens.
    """

    ids: Any
    memory: Memory
    copy_keys: Any
    copy_mask: Any
    prior: Any = None


class SpanAttentionBias(NamedTuple):
    """What is added to the scores of a source's positions, t = 1 for every step alike; by default nothing.

    `memory`: float `[num_layers, b, heads, p, t, s]`, to those of attention; `copy`: `[b, p, t, s]`, to the pointer's.
    """

    memory: Any = None
    copy: Any = None

    def at(self, steps) -> "SpanAttentionBias":
        """Only at the steps bool `[b, p, t]`."""
        if self.memory is None:
            return self
        return SpanAttentionBias(
            ops.where(steps[:, None, ..., None], self.memory, 0.0), ops.where(steps[..., None], self.copy, 0.0)
        )

    def repeat(self, times: int) -> "SpanAttentionBias":
        """Of each stream `times` in a row, such as its beams."""
        if self.memory is None:
            return self
        return SpanAttentionBias(ops.repeat(self.memory, times, axis=3), ops.repeat(self.copy, times, axis=1))


NO_BIAS = SpanAttentionBias()


@keras.saving.register_keras_serializable(package="textzoo")
class UniLM(keras.layers.Layer):
    """One BERT as a sequence-to-sequence model: read the source once, write targets after it.

    What generators are made of. The output head is the encoder's, tied to its token table; with `copy_head` it is mixed
    with a pointer over the source, and the logits are then the mixture's log-probabilities; with `source_prior` the
    logits are first averaged with a prior over the source's tokens. With `span_bias` a target that begins with a span
    of the source, as that of an answer and its question does, is told after it where the span stands.

    Args:
        encoder: `Encoder` with an MLM head.
        copy_head: bool. Whether tokens of the source can be copied.
        source_prior: bool. Whether tokens of the source are favoured, see `SourcePrior`.
        decoder_noise_rate: float in [0, 1). In training, the rate of `DecoderInputNoise` of the targets that are read.
        span_bias: bool. Whether attention and pointer go by the distance from the target's span, see `SpanBias`.

    Call arguments:
        inputs: dict of `source_ids` int `[b, s]` (0 is padding) and `target_ids` int `[b, p, t]`; for `span_bias` also
            `target_spans` int `[b, p, 2]`, start and end in the source of what each target begins with; end 0, or no
            such key: it stands nowhere.
        training: bool. Whether dropout is on.

    Returns:
        float32 `[b, p, t, vocab]`, logits of every target token given those before it.

    Raises:
        ValueError: the encoder has no MLM head.

    Example:

    >>> from textzoo.models import Encoder
    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=2, num_heads=2, intermediate_size=16, max_length=32)
    >>> model = UniLM(encoder, copy_head=True)
    >>> model({"source_ids": ops.array([[2, 7, 8, 3]]), "target_ids": ops.array([[[8, 3], [7, 3]]])}).shape
    TensorShape([1, 2, 2, 20])

    Reference:
        Dong et al., arXiv 1905.03197; https://kexue.fm/archives/6933.
    """

    def __init__(
        self,
        encoder,
        copy_head=False,
        source_prior=False,
        decoder_noise_rate=0.0,
        span_bias=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if encoder.mlm_dense is None:
            raise ValueError("Expected an encoder with an output head (mlm_head=True). Received: mlm_head=False")
        self.encoder = encoder
        self.copy_head: Any = None
        if copy_head:
            self.copy_head = CopyHead(
                encoder.hidden_size,
                encoder.config["initializer_range"],
                name="copy_head",
                dtype=self.dtype_policy,
            )
        self.source_prior = None
        if source_prior:
            self.source_prior = SourcePrior(encoder.vocab_size, name="source_prior", dtype=self.dtype_policy)
        self.decoder_input_noise = DecoderInputNoise(decoder_noise_rate, name="decoder_input_noise")
        self.span_bias = None
        if span_bias:
            self.span_bias = SpanBias(encoder.num_layers * encoder.num_heads + 1, name="span_bias")
        self.built = True

    def encode(self, source_ids, training=None) -> Source:
        """Encode sources `[b, s]`."""
        hidden, memory = self.encoder.encode(source_ids, training=training)
        place = ops.arange(ops.shape(source_ids)[1], dtype="int32")
        inside = ops.logical_and(place > 0, place < memory.lengths[:, None] - 1)
        prior = None if self.source_prior is None else self.source_prior.prior(source_ids, inside)
        if self.copy_head is None:
            return Source(source_ids, memory, None, None, prior)
        return Source(source_ids, memory, self.copy_head.source_keys(hidden), inside, prior)

    def first_logits(self, source: Source, streams: int):
        """Logits `[b, streams, vocab]` of the first target token."""
        last = source.memory.last[:, None, None]
        b, _, _, width = ops.shape(last)
        states, nothing = ops.broadcast_to(last, (b, streams, 1, width)), ops.zeros((b, streams, 1), "int32")
        return self.logits(states, nothing, source)[:, :, 0]

    def extend(
        self,
        target_ids,
        source: Source,
        cache: DecoderCache | None = None,
        index=0,
        target_mask=None,
        bidirectional_context=None,
        training=None,
        span_bias_scores: SpanAttentionBias = NO_BIAS,
    ):
        """Logits after each of the targets `[b, p, t]`, and the `DecoderCache`; arguments as in `Encoder.extend`."""
        options = target_mask, bidirectional_context, training, span_bias_scores.memory
        states, cache = self.encoder.extend(target_ids, source.memory, cache, index, *options)
        return self.logits(states, target_ids, source, span_bias_scores), cache

    def span_attention_bias(self, spans, source: Source) -> SpanAttentionBias:
        """What targets are told of their spans `[b, p, 2]`; nothing without `span_bias`."""
        if self.span_bias is None:
            return NO_BIAS
        scores = self.span_bias(spans, length=ops.shape(source.ids)[1])[:, :, :, None]
        memory = ops.reshape(scores[:-1], (self.encoder.num_layers, self.encoder.num_heads, *ops.shape(scores)[1:]))
        return SpanAttentionBias(ops.transpose(memory, (0, 2, 1, 3, 4, 5)), scores[-1])

    def logits(self, states, read_ids, source: Source, span_bias_scores: SpanAttentionBias = NO_BIAS):
        """Logits `[b, p, t, vocab]` of states `[b, p, t, hidden]` that have just read the tokens `[b, p, t]`."""
        logits = self.encoder.token_logits(states)
        if self.source_prior is not None:
            logits = self.source_prior(logits, source.prior)
        if self.copy_head is None:
            return logits
        return self.copy_head(
            logits, states, source.copy_keys, source.ids, source.copy_mask, read_ids, span_bias_scores.copy
        )

    def call(self, inputs, training=None):
        source = self.encode(inputs["source_ids"], training=training)
        targets = inputs["target_ids"]
        b, p, t = ops.shape(targets)
        last = source.memory.last[:, None, None]
        first = ops.broadcast_to(last, (b, p, 1, ops.shape(last)[-1]))
        read = self.decoder_input_noise(targets, training=training)[:, :, :-1]
        bias, span_bias_scores = None, NO_BIAS
        if "target_spans" in inputs:
            spans = ops.cast(inputs["target_spans"], "int32")
            after = ops.arange(t) > (spans[..., 1] - spans[..., 0])[..., None]
            span_biases = self.span_attention_bias(spans, source)
            bias, span_bias_scores = span_biases.at(after[..., 1:]).memory, span_biases.at(after)
        states, _ = self.encoder.extend(read, source.memory, training=training, memory_bias=bias)
        read = ops.pad(read, [[0, 0], [0, 0], [1, 0]])
        return self.logits(ops.concatenate([first, states], axis=2), read, source, span_bias_scores)

    def get_config(self):
        return super().get_config() | {
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "copy_head": self.copy_head is not None,
            "source_prior": self.source_prior is not None,
            "decoder_noise_rate": self.decoder_input_noise.rate,
            "span_bias": self.span_bias is not None,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**config | {"encoder": keras.saving.deserialize_keras_object(config["encoder"])})
