"""Compiled decoding functions of title generation over a UniLM."""

from keras import ops

from ...data.length_batching import STREAM_COUNTS, bucket, pad_sources
from ...data.tasks.title_agreement import candidate_streams, smallest_shape
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
        layers = unilm, *fusions
        self.encode = compile_loop(self._encode, jit_compile, layers)
        search = self._search_left_to_right
        if start_ids is not None:
            search = self._search_from_both_ends if from_both_ends else self._search_bidirectional
        self.search = compile_loop(search, jit_compile, layers)
        self.draft_greedily = compile_loop(self._draft_greedily, jit_compile, layers)
        self._log_probs = compile_loop(self._log_probs_of_both_directions, jit_compile, layers)

    @property
    def traces(self) -> int:
        compiled = self.encode, self.search, self.draft_greedily, self._log_probs
        return sum(function.traces for function in compiled)

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
        self, source, *, max_length, options: SearchOptions, attend_all_beams=False, apart=False, return_trace=False
    ) -> BidirectionalBeams:
        """Writes titles from the left and from the right in step; `apart` without seeing each other."""
        lookahead = 0 if apart else self.lookahead
        step, first, cache = self._start_directions(
            source, max_length, lookahead=lookahead, attend_all_beams=attend_all_beams
        )
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
        step, first, cache = self._start_directions(source, (max_length + 1) // 2, lookahead=self.lookahead)
        return both_ends_beam_search(
            step, first, state=cache, max_length=max_length, end_id=self.end_id, options=options
        )

    def _draft_greedily(self, source, max_length) -> Decoded:
        """Writes titles greedily from the left and from the right in step."""
        step, first, cache = self._start_directions(source, max_length, lookahead=self.lookahead)
        return greedy(step, first, state=cache, max_length=max_length, end_id=self.end_id, min_length=1)

    def score(self, source, candidates):
        """Scores whole titles by a direction, which sees nothing of the other but its start token.

        Args:
            source: `Source` of b sources, or of more than there are candidates for.
            candidates: For each source the titles to score from the left and those to score from the right, at most n
                each: token ids in reading order without the end token.

        Returns:
            float32 `[b, 2, n or more]`: log-probabilities from the left and from the right, the end token included,
            each a sum over one pass of the whole title; 0 where there is no title.
        """
        _, n, t = smallest_shape(candidates)
        shape = ops.shape(source.ids)[0], bucket(n, STREAM_COUNTS), bucket(t)
        streams = candidate_streams(candidates, start_ids=self.start_ids, end_id=self.end_id, shape=shape)
        return self._log_probs(source, streams.targets, streams.labels)

    def _log_probs_of_both_directions(self, source, targets, labels):
        """Computes log-probabilities `[b, 2, n]` of `CandidateStreams`."""
        b, streams, _ = ops.shape(targets)
        bidirectional_context = BidirectionalContext(
            fusions=self.fusions, start_ids=self.start_ids, lookaheads=ops.zeros((b,), "int32")
        )
        states, _ = self.unilm.encoder.extend(
            targets, source.memory, bidirectional_context=bidirectional_context, training=False
        )
        log_probs = self.unilm.log_probs(states, targets, labels=labels, source=source, allowed=self.allowed)
        log_probs = ops.sum(ops.where(labels != 0, log_probs, 0.0), axis=-1)
        return ops.reshape(log_probs, (b, 2, streams // 2))

    def _start_directions(self, source, max_length, *, lookahead, attend_all_beams=False):
        """Returns the step function of two directions, their first logits, and the cache after the start tokens."""
        b = ops.shape(source.ids)[0]
        lookaheads = None if lookahead is None else ops.full((b,), lookahead, "int32")
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
