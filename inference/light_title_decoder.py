"""Decoding of titles by graphs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..data.decoding_results import Beams, BidirectionalBeams, Decoded, JoinedBeams
from ..data.length_batching import pad_rows
from ..data.search_options import SearchOptions
from ..data.tasks.title_agreement import candidate_streams
from .decoding import beam_search, bidirectional_beam_search, both_ends_beam_search, greedy
from .light_unilm import LightSource, LightUniLM


class LightTitleDecoder:
    """Encodes articles and writes their titles, with the results of `TitleDecoder`.

    Args:
        unilm: `LightUniLM`.
        end_id: End token of titles.
        allowed: bool `[vocab_size]`. Tokens that titles may contain, the end token included.
        start_ids: Start tokens of the two directions; None: left to right only.
        lookahead: Last step of the other direction that is visible; None: no limit.
        from_both_ends: Whether each direction writes its half of the title only.
    """

    pad = staticmethod(pad_rows)

    def __init__(
        self,
        unilm: LightUniLM,
        *,
        end_id: int,
        allowed: np.ndarray,
        start_ids: tuple[int, int] | None = None,
        lookahead: int | None = None,
        from_both_ends: bool = False,
    ):
        self.unilm, self.end_id, self.allowed = unilm, end_id, allowed
        self.start_ids, self.lookahead, self.from_both_ends = start_ids, lookahead, from_both_ends

    def encode(self, source_ids: np.ndarray) -> LightSource:
        return self.unilm.encode(source_ids)

    def search(
        self,
        source: LightSource,
        *,
        max_length: int,
        options: SearchOptions,
        attend_all_beams: bool = False,
        apart: bool = False,
        return_trace: bool = False,
    ) -> Beams | BidirectionalBeams | JoinedBeams:
        """Writes titles by beam search; arguments and results as in `TitleDecoder`."""
        batch_size = len(source.ids)
        shared: dict[str, Any] = {"max_length": max_length, "end_id": self.end_id, "options": options}
        if self.start_ids is None:
            first, step = self._start(source)
            return beam_search(first, step, shape=(batch_size, 1), **shared)
        lookahead = 0 if apart else self.lookahead
        first, step = self._start_directions(source, lookahead=lookahead, attend_all_beams=attend_all_beams)
        if self.from_both_ends:
            return both_ends_beam_search(first, step, batch_size=batch_size, **shared)
        return bidirectional_beam_search(first, step, batch_size=batch_size, return_trace=return_trace, **shared)

    def draft_greedily(self, source: LightSource, max_length: int) -> Decoded:
        """Writes titles greedily from the left and from the right in step."""
        first, step = self._start_directions(source, lookahead=self.lookahead)
        shape = len(source.ids), 2
        return greedy(first, step, shape=shape, max_length=max_length, end_id=self.end_id, min_length=1)

    def score(self, source: LightSource, candidates: Sequence[Sequence[Sequence[np.ndarray]]]) -> np.ndarray:
        """Scores whole titles by a direction; arguments and results as in `TitleDecoder`."""
        assert self.start_ids is not None
        targets, labels = candidate_streams(candidates, start_ids=self.start_ids, end_id=self.end_id)
        b, streams, _ = targets.shape
        alive = labels[..., 0].reshape(b, 2, streams // 2) != 0
        alive[:, :, :1] = True  # whose start tokens the other direction sees
        states, cache = self.unilm.extend(
            targets,
            source,
            self.unilm.empty_cache(b, streams),
            parents=np.broadcast_to(np.arange(streams), (b, streams)),
            alive=alive.reshape(b, streams),
            start_ids=np.repeat(np.array(self.start_ids, "int64"), streams // 2),
            lookahead=0,
        )
        log_probs = self.unilm.log_probs(states, targets, source, rows=cache.rows, labels=labels, allowed=self.allowed)
        return log_probs.sum(axis=-1).reshape(b, 2, streams // 2)

    def _start(self, source: LightSource) -> tuple[Any, Any]:
        cache = self.unilm.empty_cache(len(source.ids), 1)

        def step(tokens: np.ndarray, *, parents: np.ndarray, alive: np.ndarray) -> Any:
            nonlocal cache
            states, cache = self.unilm.extend(tokens[..., None], source, cache, parents=parents, alive=alive)
            return self.unilm.next_tokens(states, tokens[..., None], source, rows=cache.rows, allowed=self.allowed)

        return self.unilm.first_tokens(source, allowed=self.allowed), step

    def _start_directions(
        self, source: LightSource, *, lookahead: int | None, attend_all_beams: bool = False
    ) -> tuple[Any, Any]:
        """Returns the next tokens after the start tokens of both directions, and the step function."""
        b = len(source.ids)
        cache = self.unilm.empty_cache(b, 2)

        def step(tokens: np.ndarray, *, parents: np.ndarray, alive: np.ndarray) -> Any:
            nonlocal cache
            states, cache = self.unilm.extend(
                tokens[..., None],
                source,
                cache,
                parents=parents,
                alive=np.broadcast_to(alive.any(axis=1, keepdims=True), alive.shape),
                start_ids=np.repeat(np.array(self.start_ids, "int64"), tokens.shape[1] // 2),
                lookahead=lookahead,
                attend_all_beams=attend_all_beams,
            )
            return self.unilm.next_tokens(states, tokens[..., None], source, rows=cache.rows, allowed=self.allowed)

        starts = np.broadcast_to(np.array(self.start_ids), (b, 2))
        return step(starts, parents=np.broadcast_to(np.arange(2), (b, 2)), alive=np.ones((b, 2), bool)), step
