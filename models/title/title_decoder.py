"""Compiled decoding functions of title generation over a UniLM."""

from keras import ops

from ...generation import (
    Beams,
    BidirectionalBeams,
    Decoded,
    JoinedBeams,
    beam_search,
    bidirectional_beam_search,
    both_ends_beam_search,
    compile_loop,
    greedy,
    restrict_vocabulary,
)
from ..encoder import BidirectionalContext


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
    >>> beams = decoder.search(decoder.encode(np.array([[2, 7, 8, 3]], "int32")), 2, 5)
    >>> beams.tokens.shape, decoder.traces
    (TensorShape([1, 1, 2, 6]), 2)
    """

    def __init__(
        self,
        unilm,
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

    def _search_left_to_right(
        self, source, num_beams, max_length, length_penalty=0.0, min_length=0, no_repeat_ngram_size=0
    ) -> Beams:
        """Writes titles from the left; `Beams` of one group."""
        cache = self.unilm.encoder.make_cache(ops.shape(source.ids)[0], 1, max_length + 1)

        def step(tokens, index, cache):
            logits, cache = self.unilm.extend(tokens[..., None], source, cache, index, training=False)
            return restrict_vocabulary(logits[:, :, 0], self.allowed), cache

        first = restrict_vocabulary(self.unilm.first_logits(source, 1), self.allowed)
        options = length_penalty, min_length, no_repeat_ngram_size
        return beam_search(step, first, cache, num_beams, max_length, self.end_id, *options)

    def _search_bidirectional(
        self,
        source,
        num_beams,
        max_length,
        length_penalty=0.0,
        min_length=0,
        no_repeat_ngram_size=0,
        attend_all_beams=False,
        return_trace=False,
    ) -> BidirectionalBeams:
        """Writes titles from the left and from the right in step."""
        step, first, cache = self._start_directions(source, max_length, attend_all_beams)
        options = length_penalty, min_length, no_repeat_ngram_size, return_trace
        return bidirectional_beam_search(step, first, cache, num_beams, max_length, self.end_id, *options)

    def _search_from_both_ends(
        self, source, num_beams, max_length, length_penalty=0.0, min_length=0, no_repeat_ngram_size=0
    ) -> JoinedBeams:
        """Writes both halves of a title in step and joins them."""
        step, first, cache = self._start_directions(source, (max_length + 1) // 2, False)
        options = length_penalty, min_length, no_repeat_ngram_size
        return both_ends_beam_search(step, first, cache, num_beams, max_length, self.end_id, *options)

    def _draft_greedily(self, source, max_length) -> Decoded:
        """Writes titles greedily from the left and from the right in step."""
        return greedy(*self._start_directions(source, max_length, False), max_length, self.end_id, min_length=1)

    def _start_directions(self, source, max_length, attend_all_beams):
        """Returns the step function of two directions, their first logits, and the cache after the start tokens."""
        b = ops.shape(source.ids)[0]
        lookaheads = None if self.lookahead is None else ops.full((b,), self.lookahead, "int32")
        bidirectional_context = BidirectionalContext(self.fusions, self.start_ids, lookaheads, attend_all_beams)

        def step(tokens, index, cache):
            slot = 1 + index
            logits, cache = self.unilm.extend(
                tokens[..., None], source, cache, slot, None, bidirectional_context, training=False
            )
            return restrict_vocabulary(logits[:, :, 0], self.allowed), cache

        start = ops.broadcast_to(ops.array(self.start_ids, "int32")[:, None], (b, 2, 1))
        return step, *step(start[..., 0], -1, self.unilm.encoder.make_cache(b, 2, max_length + 2))
