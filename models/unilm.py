"""UniLM: an encoder as a sequence-to-sequence model, with optional copy head, source prior and span bias."""

from typing import Any, NamedTuple

import keras
from keras import ops

from ..data.check_types import check_types
from ..data.decoding_memory import DecoderSizes
from ..generation.gather import gather
from ..generation.logits_processors import restrict_vocabulary
from ..layers.copy_head import CopyHead
from ..layers.decoder_input_noise import DecoderInputNoise
from ..layers.source_prior import SourcePrior
from ..layers.span_bias import SpanBias
from .encoder import Encoder
from .encoder_state import DecoderCache, Memory


class Source(NamedTuple):
    """An encoded source; shape letters as in `encoder`.

    `ids` int `[b, s]`; `memory`: its `Memory`. `copy_keys` `[b, s, hidden]` and `copy_mask` bool `[b, s]`, True at the
    tokens between the first and the last, are the keys and the mask of the copy head; `prior` `[b, vocab]` is the prior
    over tokens. Each is None without the layer that uses it.
    """

    ids: Any
    memory: Memory
    copy_keys: Any
    copy_mask: Any
    prior: Any = None


class SpanAttentionBias(NamedTuple):
    """Bias on the scores of a source's positions; None: no bias.

    `memory`: float `[num_layers, b, heads, p, t, s]`, for the attention scores; `copy`: `[b, p, t, s]`, for the scores
    of the copy head. t = 1 applies to every step.
    """

    memory: Any = None
    copy: Any = None

    def at(self, steps) -> "SpanAttentionBias":
        """Returns the bias at the steps bool `[b, p, t]` and 0 elsewhere."""
        if self.memory is None:
            return self
        return SpanAttentionBias(
            ops.where(steps[:, None, ..., None], self.memory, 0.0), ops.where(steps[..., None], self.copy, 0.0)
        )

    def repeat(self, times: int) -> "SpanAttentionBias":
        """Returns the bias with each stream repeated `times` in a row, for its beams."""
        if self.memory is None:
            return self
        return SpanAttentionBias(ops.repeat(self.memory, times, axis=3), ops.repeat(self.copy, times, axis=1))


NO_BIAS = SpanAttentionBias()


@keras.saving.register_keras_serializable(package="textzoo")
class UniLM(keras.layers.Layer):
    """BERT as a sequence-to-sequence model: encodes a source once, decodes targets after it.

    The output head is the encoder's, tied to its token embedding. With `copy_head` it is mixed with a pointer over the
    source, and the logits are the log-probabilities of the mixture. With `source_prior` the logits are first averaged
    with a prior over the source's tokens. With `span_bias` each target begins with a span of the source, such as an
    answer before its question; after the span, the scores over the source depend on the distance from it.

    Args:
        encoder: `Encoder` with an output head.
        copy_head: bool. Whether to add a `CopyHead`.
        source_prior: bool. Whether to add a `SourcePrior`.
        decoder_noise_rate: float in [0, 1). Rate of `DecoderInputNoise` in training.
        span_bias: bool. Whether to add a `SpanBias` to the scores of attention and copy head.

    Call arguments:
        inputs: dict of `source_ids` int `[b, s]` (0 is padding) and `target_ids` int `[b, p, t]`; with `span_bias` also
            `target_spans` int `[b, p, 2]`, start and end in the source of the span that begins each target. An end of
            0, or no `target_spans`: no span.
        training: bool. Whether dropout is applied.

    Returns:
        float32 `[b, p, t, vocab]`, logits of every target token given those before it.

    Raises:
        ValueError: the encoder has no output head.

    Example:

    >>> from textzoo.models import Encoder
    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=2, num_heads=2, intermediate_size=16, max_length=32)
    >>> model = UniLM(encoder, copy_head=True)
    >>> model({"source_ids": ops.array([[2, 7, 8, 3]]), "target_ids": ops.array([[[8, 3], [7, 3]]])}).shape
    TensorShape([1, 2, 2, 20])

    Reference:
        Dong et al., UniLM, arXiv 1905.03197; https://kexue.fm/archives/6933.
    """

    @check_types
    def __init__(
        self,
        encoder: Encoder,
        *,
        copy_head=False,
        source_prior=False,
        decoder_noise_rate=0.0,
        span_bias=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        encoder.require_mlm_head()
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

    def encode(self, source_ids, *, training=None) -> Source:
        """Encodes sources int `[b, s]`."""
        hidden, memory = self.encoder.encode(source_ids, training=training)
        return self.source(source_ids, hidden, memory=memory)

    def source(self, source_ids, hidden, *, memory: Memory) -> Source:
        """Returns the source of ids `[b, s]` that the encoder has encoded to states `[b, s, hidden]` and a memory."""
        positions = ops.arange(ops.shape(source_ids)[1], dtype="int32")
        inside = ops.logical_and(positions > 0, positions < memory.lengths[:, None] - 1)
        prior = None if self.source_prior is None else self.source_prior.prior(source_ids, inside)
        if self.copy_head is None:
            return Source(ids=source_ids, memory=memory, copy_keys=None, copy_mask=None, prior=prior)
        copy_keys = self.copy_head.source_keys(hidden)
        return Source(ids=source_ids, memory=memory, copy_keys=copy_keys, copy_mask=inside, prior=prior)

    @property
    def sizes(self) -> DecoderSizes:
        """Sizes that determine the memory of decoding."""
        encoder = self.encoder
        return DecoderSizes(
            num_layers=encoder.num_layers,
            hidden_size=encoder.hidden_size,
            vocab_size=encoder.vocab_size,
            item_size=2 if encoder.compute_dtype in ("float16", "bfloat16") else 4,
        )

    def first_logits(self, source: Source, streams: int):
        """Computes logits `[b, streams, vocab]` of the first target token."""
        last = source.memory.last[:, None, None]
        b, _, _, width = ops.shape(last)
        states, no_ids = ops.broadcast_to(last, (b, streams, 1, width)), ops.zeros((b, streams, 1), "int32")
        return self.logits(states, no_ids, source=source)[:, :, 0]

    def extend(
        self,
        target_ids,
        source: Source,
        *,
        cache: DecoderCache | None = None,
        index=0,
        target_mask=None,
        bidirectional_context=None,
        training=None,
        bias: SpanAttentionBias = NO_BIAS,
    ):
        """Computes the logits after each of the targets `[b, p, t]`.

        Args:
            target_ids: int `[b, p, t]`; other arguments not listed here are as in `Encoder.extend`.
            source: `Source`.
            bias: `SpanAttentionBias` on the scores over the source.

        Returns:
            `(logits [b, p, t, vocab], DecoderCache)`.
        """
        states, cache = self.encoder.extend(
            target_ids,
            source.memory,
            cache=cache,
            index=index,
            target_mask=target_mask,
            bidirectional_context=bidirectional_context,
            training=training,
            memory_bias=bias.memory,
        )
        return self.logits(states, target_ids, source=source, bias=bias), cache

    def span_attention_bias(self, spans, source: Source) -> SpanAttentionBias:
        """Computes the bias of targets that begin with the spans int `[b, p, 2]`; `NO_BIAS` without `span_bias`."""
        if self.span_bias is None:
            return NO_BIAS
        scores = self.span_bias(spans, length=ops.shape(source.ids)[1])[:, :, :, None]
        memory = ops.reshape(scores[:-1], (self.encoder.num_layers, self.encoder.num_heads, *ops.shape(scores)[1:]))
        return SpanAttentionBias(ops.transpose(memory, (0, 2, 1, 3, 4, 5)), scores[-1])

    def logits(self, states, read_ids, *, source: Source, bias: SpanAttentionBias = NO_BIAS):
        """Computes the logits of the tokens that follow decoder states.

        Args:
            states: float `[b, p, t, hidden]`.
            read_ids: int `[b, p, t]`, the last token that each state has read; 0: none.
            source: `Source`.
            bias: `SpanAttentionBias` on the scores of the copy head.

        Returns:
            float32 `[b, p, t, vocab]`.
        """
        logits = self.encoder.token_logits(states)
        if self.source_prior is not None:
            logits = self.source_prior(logits, source.prior)
        if self.copy_head is None:
            return logits
        return self.copy_head(
            logits,
            states,
            keys=source.copy_keys,
            source_ids=source.ids,
            source_mask=source.copy_mask,
            read_ids=read_ids,
            bias=bias.copy,
        )

    def log_probs(self, states, read_ids, *, labels, source: Source, allowed=None):
        """Computes the log-probabilities of labels after decoder states.

        The streams are scored one after another; the logits of all at once would take too much memory.

        Args:
            states, read_ids, source: as in `logits`.
            labels: int `[b, p, t]`.
            allowed: bool `[vocab]`. Tokens among which the log-probabilities are normalized; None: all.

        Returns:
            float32 `[b, p, t]`.
        """

        def stream_log_probs(stream):
            states, read_ids, labels = stream
            logits = self.logits(states[:, None], read_ids[:, None], source=source)[:, 0]
            return gather(ops.log_softmax(restrict_vocabulary(logits, allowed), axis=-1), labels[..., None])[..., 0]

        streams = tuple(ops.swapaxes(ops.convert_to_tensor(part), 0, 1) for part in (states, read_ids, labels))
        return ops.swapaxes(ops.map(stream_log_probs, streams), 0, 1)

    def call(self, inputs, training=None):
        source = self.encode(inputs["source_ids"], training=training)
        return self.target_logits(inputs, source, training=training)

    def target_logits(self, inputs, source: Source, *, training=None):
        """Computes the logits `[b, p, t, vocab]` of the whole targets after an encoded source, as `call` does."""
        targets = inputs["target_ids"]
        b, p, t = ops.shape(targets)
        last = source.memory.last[:, None, None]
        first = ops.broadcast_to(last, (b, p, 1, ops.shape(last)[-1]))
        read_ids = self.decoder_input_noise(targets, training=training)[:, :, :-1]
        memory_bias, bias = None, NO_BIAS
        if "target_spans" in inputs:
            spans = ops.cast(inputs["target_spans"], "int32")
            after_span = ops.arange(t) > (spans[..., 1] - spans[..., 0])[..., None]
            span_bias = self.span_attention_bias(spans, source)
            memory_bias, bias = span_bias.at(after_span[..., 1:]).memory, span_bias.at(after_span)
        states, _ = self.encoder.extend(read_ids, source.memory, training=training, memory_bias=memory_bias)
        read_ids = ops.pad(read_ids, [[0, 0], [0, 0], [1, 0]])
        return self.logits(ops.concatenate([first, states], axis=2), read_ids, source=source, bias=bias)

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
