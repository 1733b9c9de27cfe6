"""Compiled decoding functions of question-answer generation over a UniLM."""

from keras import ops

from ...data.length_batching import pad_sources
from ...generation import SearchOptions, beam_search, compile_loop, restrict_vocabulary, sample
from ...generation.gather import gather


class QADecoder:
    """Samples answers, scores them and writes their questions: one compiled function each, over a batch of sources.

    Callers pad the batches to few shapes; `traces` counts the traces of all functions.

    Args:
        unilm: `UniLM`; its weights are read at every call.
        end_id: int. End token of answers and questions.
        allowed: bool `[vocab_size]`. Tokens that questions may contain, the end token included; None: all.
        jit_compile: bool. Whether to compile with XLA.

    Example:

    >>> import numpy as np
    >>> from textzoo.models import Encoder, UniLM
    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=32)
    >>> decoder = QADecoder(UniLM(encoder), end_id=3)
    >>> source = decoder.encode(np.array([[2, 7, 8, 3]], "int32"))
    >>> answers = np.array([[[7], [8]]], "int32")
    >>> spans = np.array([[[1, 2], [2, 3]]], "int32")
    >>> beams, answer_log_probs = decoder.write_questions(
    ...     source, answers, spans=spans, max_length=5, options=SearchOptions(num_beams=2, min_length=1)
    ... )
    >>> beams.tokens.shape, answer_log_probs.shape, decoder.traces
    (TensorShape([1, 2, 2, 6]), TensorShape([1, 2]), 2)
    """

    pad = staticmethod(pad_sources)

    def __init__(self, unilm, *, end_id, allowed=None, jit_compile=False):
        self.unilm = unilm
        self.end_id = end_id
        self.allowed = allowed
        self.encode = compile_loop(self._encode, jit_compile, [unilm])
        self.sample_answers = compile_loop(self._sample_answers, jit_compile, [unilm])
        self.write_questions = compile_loop(self._write_questions, jit_compile, [unilm])

    @property
    def traces(self) -> int:
        return self.encode.traces + self.sample_answers.traces + self.write_questions.traces

    def _encode(self, source_ids):
        return self.unilm.encode(source_ids, training=False)

    def _sample_answers(self, source, constraint, *, uniforms, temperature, top_p):
        """Samples answers inside the sources.

        Args:
            source: `Source` of b sources.
            constraint: `SpanConstraint` of the sources.
            uniforms: float `[b, p, max_answer_length]` in [0, 1), one random number per token.
            temperature: float > 0.
            top_p: float in (0, 1]. Nucleus.

        Returns:
            `Decoded` of p answers per source.
        """
        b, p, length = ops.shape(uniforms)
        cache = self.unilm.encoder.make_cache(b, streams=p, length=length + 1)

        def step(tokens, *, index, state):
            logits, state = self.unilm.extend(tokens[..., None], source, cache=state, index=index, training=False)
            return logits[:, :, 0], state

        return sample(
            step,
            self.unilm.first_logits(source, p),
            state=cache,
            uniforms=uniforms,
            end_id=self.end_id,
            temperature=temperature,
            top_p=top_p,
            constraint=constraint,
        )

    def _write_questions(self, source, answers, *, spans, max_length, options: SearchOptions, score_answers=True):
        """Writes a question for each answer by beam search.

        Args:
            source: `Source` of b sources.
            answers: int `[b, p, a]`, answers without end token, zeros after them.
            spans: int `[b, p, 2]`, start and end of each answer in the source; end 0: none.
            max_length: int. Maximum number of tokens of a question.
            options: `SearchOptions`.
            score_answers: bool. Whether to compute the answers' log-probabilities.

        Returns:
            `Beams`, and the log-probabilities `[b, p]` of the answers and their end tokens, None without
            `score_answers`.
        """
        b, p, width = ops.shape(answers)
        lengths = ops.sum(ops.cast(answers != 0, "int32"), axis=-1)
        slots = ops.arange(width + 1)
        prompt = ops.pad(answers, [[0, 0], [0, 0], [0, 1]])
        prompt = ops.where(slots == lengths[..., None], self.end_id, prompt)
        cache = self.unilm.encoder.make_cache(b, streams=p, length=width + 1 + max_length + 1)
        prompt_mask, ended = slots <= lengths[..., None], slots >= lengths[..., None]
        bias = self.unilm.span_attention_bias(spans, source)
        memory_bias = bias.at(ended).memory
        states, cache = self.unilm.encoder.extend(
            prompt, source.memory, cache=cache, target_mask=prompt_mask, training=False, memory_bias=memory_bias
        )
        last = gather(states, lengths[..., None])
        end_ids = ops.full((b, p, 1), self.end_id, "int32")
        first = self.unilm.logits(last, end_ids, source=source, bias=bias)[:, :, 0]
        first = restrict_vocabulary(first, self.allowed)
        beam_bias = bias.repeat(options.num_beams)

        def step(tokens, *, index, state):
            logits, state = self.unilm.extend(
                tokens[..., None], source, cache=state, index=width + 1 + index, training=False, bias=beam_bias
            )
            return restrict_vocabulary(logits[:, :, 0], self.allowed), state

        beams = beam_search(step, first, state=cache, max_length=max_length, end_id=self.end_id, options=options)
        if not score_answers:
            return beams, None
        return beams, self._answer_log_probs(source, prompt, states=states, lengths=lengths)

    def _answer_log_probs(self, source, prompt, *, states, lengths):
        first = ops.broadcast_to(source.memory.last[:, None, None], ops.shape(states[:, :, :1]))
        states = ops.concatenate([first, states[:, :, :-1]], axis=2)
        read_ids = ops.pad(prompt, [[0, 0], [0, 0], [1, 0]])[:, :, :-1]
        log_probs = self.unilm.log_probs(states, read_ids, labels=prompt, source=source)
        prompt_mask = ops.arange(ops.shape(prompt)[2]) <= lengths[..., None]
        return ops.sum(ops.where(prompt_mask, log_probs, 0.0), axis=-1)
