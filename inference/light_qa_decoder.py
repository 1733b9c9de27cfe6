"""Decoding of question-answer pairs by graphs."""

from typing import Any

import numpy as np

from ..data.decoding_results import Beams, Decoded
from ..data.length_batching import pad_rows
from ..data.qa.span_constraint import SpanConstraint
from ..data.search_options import SearchOptions
from .decoding import beam_search, sample_spans
from .light_unilm import LightSource, LightUniLM, Rows, Spans


class LightQADecoder:
    """Samples answers, scores them and writes their questions, with the results of `QADecoder`.

    Args:
        unilm: `LightUniLM`.
        end_id: End token of answers and questions.
        allowed: bool `[vocab_size]`. Tokens that questions may contain, the end token included.
    """

    pad = staticmethod(pad_rows)

    def __init__(self, unilm: LightUniLM, *, end_id: int, allowed: np.ndarray):
        self.unilm, self.end_id, self.allowed = unilm, end_id, allowed

    def encode(self, source_ids: np.ndarray) -> LightSource:
        return self.unilm.encode(source_ids)

    def sample_answers(
        self,
        source: LightSource,
        constraint: SpanConstraint,
        *,
        uniforms: np.ndarray,
        temperature: float,
        top_p: float,
    ) -> Decoded:
        """Samples answers inside the sources; arguments as in `QADecoder`."""
        cache = self.unilm.empty_cache(len(source.ids), 1)

        def step(tokens: np.ndarray, *, parents: np.ndarray, alive: np.ndarray) -> Any:
            nonlocal cache
            tokens = tokens[..., None]
            states, cache = self.unilm.extend(tokens, source, cache, parents=parents, alive=alive)
            return self.unilm.next_tokens(states, tokens, source, rows=cache.rows)

        return sample_spans(
            self.unilm.first_tokens(source),
            step,
            constraint=constraint,
            uniforms=uniforms,
            end_id=self.end_id,
            temperature=temperature,
            top_p=top_p,
        )

    def write_questions(
        self,
        source: LightSource,
        answers: np.ndarray,
        *,
        spans: np.ndarray,
        max_length: int,
        options: SearchOptions,
        score_answers: bool = True,
    ) -> tuple[Beams, np.ndarray | None]:
        """Writes a question for each answer by beam search; arguments and results as in `QADecoder`."""
        used = int(np.flatnonzero((answers != 0).any(axis=(0, 2))).max(initial=0)) + 1  # the other streams are padding
        answers, spans = answers[:, :used], spans[:, :used]
        lengths = (answers != 0).sum(axis=-1)
        width, (b, p) = int(lengths.max(initial=1)), answers.shape[:2]
        slots = np.arange(width + 1)
        prompt = np.where(
            slots == lengths[..., None], self.end_id, np.pad(answers[..., :width], [(0, 0)] * 2 + [(0, 1)])
        )
        prompt_mask, after = slots <= lengths[..., None], slots >= lengths[..., None]
        states, cache = self.unilm.extend(
            prompt,
            source,
            self.unilm.empty_cache(b, 1),
            parents=np.zeros((b, p), int),
            alive=lengths > 0,
            target_mask=prompt_mask,
            spans=Spans(spans, after),
        )
        rows, prompt_states = cache.rows, states.numpy()
        last = np.take_along_axis(prompt_states, lengths[rows.alive][:, None, None], axis=1)
        every_step = np.ones((1, 1, 1), bool)
        first = self.unilm.next_tokens(
            last,
            np.full((b, p, 1), self.end_id),
            source,
            rows=rows,
            allowed=self.allowed,
            spans=Spans(spans, every_step),
        )
        stream_spans = spans

        def step(tokens: np.ndarray, *, parents: np.ndarray, alive: np.ndarray) -> Any:
            nonlocal cache, stream_spans
            stream_spans = np.take_along_axis(stream_spans, parents[..., None], axis=1)
            tokens, step_spans = tokens[..., None], Spans(stream_spans, every_step)
            states, cache = self.unilm.extend(tokens, source, cache, parents=parents, alive=alive, spans=step_spans)
            return self.unilm.next_tokens(
                states, tokens, source, rows=cache.rows, allowed=self.allowed, spans=step_spans
            )

        beams = beam_search(
            first,
            step,
            shape=(b, p),
            max_length=max_length,
            end_id=self.end_id,
            options=options,
            wanted=rows.alive,
        )
        if not score_answers:
            return beams, None
        return beams, self._answer_log_probs(source, prompt, states=prompt_states, mask=prompt_mask, rows=rows)

    def _answer_log_probs(
        self, source: LightSource, prompt: np.ndarray, *, states: np.ndarray, mask: np.ndarray, rows: Rows
    ) -> np.ndarray:
        """Returns the log-probabilities `[b, p]` of the answers and their end tokens."""
        (b, p, _), total = prompt.shape, np.zeros(prompt.shape[:2], "float32")
        state = np.repeat(source.encoded["last"].numpy()[:, None], p, axis=1)
        read_ids = np.zeros((b, p, 1), "int64")
        for step in range(prompt.shape[2]):
            scored = Rows.of(mask[:, :, step] & rows.alive)
            if not len(scored.places):
                break
            scores = self.unilm.next_tokens(state[scored.alive][:, None], read_ids, source, rows=scored)
            total += np.where(scored.alive, scores.at(prompt[:, :, step, None])[..., 0], 0)
            state, read_ids = states[:, step][rows.numbers], prompt[:, :, step, None]
        return total
