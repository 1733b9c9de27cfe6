"""The compiled moves of question-answer generation over a UniLM."""

from keras import ops

from ...generation import beam_search, compile_loop, restrict_vocabulary, sample
from ...generation.gather import gather


class QADecoder:
    """Draw answers, score them and write their questions: each one compiled function of a batch of sources.

    Shapes are the caller's to bucket; `traces` counts how often a function was traced.

    Args:
        unilm: `UniLM`, whose weights are read at every call.
        end_id: int. The token that ends answers and questions.
        allowed: bool `[vocab_size]`. Tokens that questions are written with, the end among them; None: all.
        jit_compile: bool. Compile with XLA.

    Example:

    >>> import numpy as np
    >>> from textzoo.models import Encoder, UniLM
    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=32)
    >>> decoding = QADecoder(UniLM(encoder), end_id=3)
    >>> source = decoding.read(np.array([[2, 7, 8, 3]], "int32"))
    >>> answers = np.array([[[7], [8]]], "int32")
    >>> spans = np.array([[[1, 2], [2, 3]]], "int32")
    >>> beams, answer_log_probs = decoding.ask(source, answers, spans, 2, 5, 0.0, 0)
    >>> beams.tokens.shape, answer_log_probs.shape, decoding.traces
    (TensorShape([1, 2, 2, 6]), TensorShape([1, 2]), 2)
    """

    def __init__(self, unilm, end_id, allowed=None, jit_compile=False):
        self.unilm = unilm
        self.end_id = end_id
        self.allowed = allowed
        self.read = compile_loop(self._read, jit_compile)
        self.draw = compile_loop(self._draw, jit_compile)
        self.ask = compile_loop(self._ask, jit_compile)

    @property
    def traces(self) -> int:
        return sum(function.traces for function in (self.read, self.draw, self.ask))

    def _read(self, source_ids):
        return self.unilm.encode(source_ids, training=False)

    def _draw(self, source, constraint, uniforms, temperature, top_p):
        """Answers `[b, p]` inside the sources by uniforms `[b, p, max_answer_length]`; `Decoded`."""
        b, p, length = ops.shape(uniforms)
        cache = self.unilm.encoder.make_cache(b, p, length + 1)

        def step(tokens, index, cache):
            logits, cache = self.unilm.extend(tokens[..., None], source, cache, index, training=False)
            return logits[:, :, 0], cache

        return sample(
            step, self.unilm.first_logits(source, p), cache, uniforms, self.end_id, temperature, top_p, constraint
        )

    def _ask(
        self, source, answers, spans, num_beams, max_length, length_penalty, no_repeat_ngram_size, score_answers=True
    ):
        """Questions for answers `[b, p, a]`, zeros at their ends, which stand in the source at `spans` `[b, p, 2]`:
        `Beams`, and, where asked for, the answers' log-probabilities `[b, p]`, that of their end included."""
        b, p, width = ops.shape(answers)
        lengths = ops.sum(ops.cast(answers != 0, "int32"), axis=-1)
        slots = ops.arange(width + 1)
        prompt = ops.pad(answers, [[0, 0], [0, 0], [0, 1]])
        prompt = ops.where(slots == lengths[..., None], self.end_id, prompt)
        cache = self.unilm.encoder.make_cache(b, p, width + 1 + max_length + 1)
        written, ended = slots <= lengths[..., None], slots >= lengths[..., None]
        span_bias_scores = self.unilm.span_attention_bias(spans, source)
        bias = span_bias_scores.at(ended).memory
        states, cache = self.unilm.encoder.extend(prompt, source.memory, cache, 0, written, None, False, bias)
        last = gather(states, lengths[..., None])
        ends = ops.full((b, p, 1), self.end_id, "int32")
        first = restrict_vocabulary(self.unilm.logits(last, ends, source, span_bias_scores)[:, :, 0], self.allowed)
        span_bias_scores = span_bias_scores.repeat(num_beams)

        def step(tokens, index, cache):
            place = width + 1 + index
            logits, cache = self.unilm.extend(
                tokens[..., None], source, cache, place, training=False, span_bias_scores=span_bias_scores
            )
            return restrict_vocabulary(logits[:, :, 0], self.allowed), cache

        beams = beam_search(
            step,
            first,
            cache,
            num_beams,
            max_length,
            self.end_id,
            length_penalty,
            min_length=1,
            no_repeat_ngram_size=no_repeat_ngram_size,
        )
        return beams, self._answer_log_probs(source, prompt, states, lengths) if score_answers else None

    def _answer_log_probs(self, source, prompt, states, lengths):
        first = ops.broadcast_to(source.memory.last[:, None, None], ops.shape(states[:, :, :1]))
        states = ops.concatenate([first, states[:, :, :-1]], axis=2)

        read = ops.pad(prompt, [[0, 0], [0, 0], [1, 0]])[:, :, :-1]

        def one_stream(stream):
            """The vocabulary's logits are large: one stream at a time."""
            states, read, prompt = stream
            log_probs = ops.log_softmax(self.unilm.logits(states[:, None], read[:, None], source)[:, 0], axis=-1)
            return gather(log_probs, prompt[..., None])[..., 0]

        streams = tuple(ops.swapaxes(part, 0, 1) for part in (states, read, prompt))
        log_probs = ops.swapaxes(ops.map(one_stream, streams), 0, 1)
        written = ops.arange(ops.shape(prompt)[2]) <= lengths[..., None]
        return ops.sum(ops.where(written, log_probs, 0.0), axis=-1)
