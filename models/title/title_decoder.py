"""Compiled decoding functions of title generation over a UniLM."""

from keras import ops

from ...data.length_batching import pad_sources
from ...generation import (
    Beams,
    BidirectionalBeams,
    Decoded,
    JoinedBeams,
    SearchOptions,
    beam_search,
    bidirectional_beam_search,
    both_ends_beam_search,
    compile_loop,
    greedy,
    restrict_vocabulary,
)
from ..encoder_state import BidirectionalContext


class TitleDecoder:
    """Encodes articles and writes their titles: one compiled function each, over a batch of sources.

    `search` returns `Beams` of one direction, `BidirectionalBeams` of two, or `JoinedBeams` of two halves.
    Callers pad the batches to few shapes; `traces` counts the traces of all functions.

    Args:
        unilm: `UniLM`; its weights are read at every call.
        end_id: int. End token of titles.
        allowed: bool `[vocab_size]`. Tokens that titles may contain, the end token included; None: all.
        start_ids: two ints, the start tokens of the two directions; None: left to right only.
        fusions: a `DirectionFusion` per encoder layer, with `start_ids`.
        lookahead: int or None. Last step of the other direction that is visible; None: no limit.
        from_both_ends: bool. Whether each direction writes its half of the title only.
        jit_compile: bool. Whether to compile with XLA.

    Example:

    >>> import numpy as np
    >>> from textzoo.models import Encoder, UniLM
    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=32)
    >>> decoder = TitleDecoder(UniLM(encoder), end_id=3)
    >>> source = decoder.encode(np.array([[2, 7, 8, 3]], "int32"))
    >>> beams = decoder.search(source, max_length=5, options=SearchOptions(num_beams=2))
    >>> beams.tokens.shape, decoder.traces
    (TensorShape([1, 1, 2, 6]), 2)
    """

    pad = staticmethod(pad_sources)

    def __init__(
        self,
        unilm,
        *,
        end_id,
        allowed=None,
        start_ids=None,
        fusions=(),
        lookahead=None,
        from_both_ends=False,
        jit_compile=False,
    ):
        self.unilm = unilm
        self.end_id = end_id
        self.allowed = allowed
        self.start_ids = start_ids
        self.fusions = fusions
        self.lookahead = lookahead
        self.encode = compile_loop(self._encode, jit_compile)
        search = self._search_left_to_right
        if start_ids is not None:
            search = self._search_from_both_ends if from_both_ends else self._search_bidirectional
        self.search = compile_loop(search, jit_compile)
        self.draft_greedily = compile_loop(self._draft_greedily, jit_compile)

    @property
    def traces(self) -> int:
        return self.encode.traces + self.search.traces + self.draft_greedily.traces

    def _encode(self, source_ids):
        return self.unilm.encode(source_ids, training=False)

    def _search_left_to_right(self, source, *, max_length, options: SearchOptions) -> Beams:
        """Writes titles from the left; `Beams` of one group."""
        cache = self.unilm.encoder.make_cache(ops.shape(source.ids)[0], streams=1, length=max_length + 1)

        def step(tokens, *, index, state):
            logits, state = self.unilm.extend(tokens[..., None], source, cache=state, index=index, training=False)
            return restrict_vocabulary(logits[:, :, 0], self.allowed), state

        first = restrict_vocabulary(self.unilm.first_logits(source, 1), self.allowed)
        return beam_search(step, first, state=cache, max_length=max_length, end_id=self.end_id, options=options)

    def _search_bidirectional(
        self, source, *, max_length, options: SearchOptions, attend_all_beams=False, return_trace=False
    ) -> BidirectionalBeams:
        """Writes titles from the left and from the right in step."""
        step, first, cache = self._start_directions(source, max_length, attend_all_beams=attend_all_beams)
        return bidirectional_beam_search(
            step,
            first,
            state=cache,
            max_length=max_length,
            end_id=self.end_id,
            options=options,
            return_trace=return_trace,
        )

    def _search_from_both_ends(self, source, *, max_length, options: SearchOptions) -> JoinedBeams:
        """Writes both halves of a title in step and joins them."""
        step, first, cache = self._start_directions(source, (max_length + 1) // 2, attend_all_beams=False)
        return both_ends_beam_search(
            step, first, state=cache, max_length=max_length, end_id=self.end_id, options=options
        )

    def _draft_greedily(self, source, max_length) -> Decoded:
        """Writes titles greedily from the left and from the right in step."""
        step, first, cache = self._start_directions(source, max_length, attend_all_beams=False)
        return greedy(step, first, state=cache, max_length=max_length, end_id=self.end_id, min_length=1)

    def _start_directions(self, source, max_length, *, attend_all_beams):
        """Returns the step function of two directions, their first logits, and the cache after the start tokens."""
        b = ops.shape(source.ids)[0]
        lookaheads = None if self.lookahead is None else ops.full((b,), self.lookahead, "int32")
        bidirectional_context = BidirectionalContext(
            fusions=self.fusions,
            start_ids=self.start_ids,
            lookaheads=lookaheads,
            attend_all_beams=attend_all_beams,
        )

        def step(tokens, *, index, state):
            logits, state = self.unilm.extend(
                tokens[..., None],
                source,
                cache=state,
                index=1 + index,
                bidirectional_context=bidirectional_context,
                training=False,
            )
            return restrict_vocabulary(logits[:, :, 0], self.allowed), state

        start = ops.broadcast_to(ops.array(self.start_ids, "int32")[:, None], (b, 2, 1))
        first, cache = step(
            start[..., 0], index=-1, state=self.unilm.encoder.make_cache(b, streams=2, length=max_length + 2)
        )
        return step, first, cache
