"""The compiled moves of title generation over a UniLM."""

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
    """Read articles, write titles: each one compiled function of a batch of sources.

    Shapes are the caller's to bucket; `traces` counts how often a function was traced.

    Args:
        unilm: `UniLM`, whose weights are read at every call.
        end_id: int. The token that ends titles.
        allowed: bool `[vocab_size]`. Tokens that titles are written with, the end among them; None: all.
        start_ids: two ints, the tokens that begin the two directions; None: titles are written left to right.
        fusions: a `Fusion` for each encoder layer, with `start_ids`.
        lookahead: int or None. The last step of the other direction that is seen.
        halves: bool. Whether each direction writes its half only.
        jit_compile: bool. Compile with XLA.

    Example:

    >>> import numpy as np
    >>> from textzoo.models import Encoder, UniLM
    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=32)
    >>> decoding = TitleDecoder(UniLM(encoder), end_id=3)
    >>> beams = decoding.write(decoding.read(np.array([[2, 7, 8, 3]], "int32")), 2, 5)
    >>> beams.tokens.shape, decoding.traces
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
        halves=False,
        jit_compile=False,
    ):
        self.unilm = unilm
        self.end_id = end_id
        self.allowed = allowed
        self.start_ids = start_ids
        self.fusions = fusions
        self.lookahead = lookahead
        self.read = compile_loop(self._read, jit_compile)
        write = self._write if start_ids is None else self._write_halves if halves else self._write_both
        self.write = compile_loop(write, jit_compile)
        self.draft = compile_loop(self._draft, jit_compile)

    @property
    def traces(self) -> int:
        return self.read.traces + self.write.traces + self.draft.traces

    def _read(self, source_ids):
        return self.unilm.encode(source_ids, training=False)

    def _write(self, source, num_beams, max_length, length_penalty=0.0, min_length=0, no_repeat_ngram_size=0) -> Beams:
        """Titles from the left, `Beams` of one group."""
        cache = self.unilm.encoder.make_cache(ops.shape(source.ids)[0], 1, max_length + 1)

        def step(tokens, index, cache):
            logits, cache = self.unilm.extend(tokens[..., None], source, cache, index, training=False)
            return restrict_vocabulary(logits[:, :, 0], self.allowed), cache

        first = restrict_vocabulary(self.unilm.first_logits(source, 1), self.allowed)
        options = length_penalty, min_length, no_repeat_ngram_size
        return beam_search(step, first, cache, num_beams, max_length, self.end_id, *options)

    def _write_both(
        self,
        source,
        num_beams,
        max_length,
        length_penalty=0.0,
        min_length=0,
        no_repeat_ngram_size=0,
        every=False,
        record=False,
    ) -> BidirectionalBeams:
        """What both directions write in step."""
        step, first, cache = self._begin(source, max_length, every)
        options = length_penalty, min_length, no_repeat_ngram_size, record
        return bidirectional_beam_search(step, first, cache, num_beams, max_length, self.end_id, *options)

    def _write_halves(
        self, source, num_beams, max_length, length_penalty=0.0, min_length=0, no_repeat_ngram_size=0
    ) -> JoinedBeams:
        """Both halves of a title, in step, joined."""
        step, first, cache = self._begin(source, (max_length + 1) // 2, False)
        options = length_penalty, min_length, no_repeat_ngram_size
        return both_ends_beam_search(step, first, cache, num_beams, max_length, self.end_id, *options)

    def _draft(self, source, max_length) -> Decoded:
        """The likeliest token of each direction at every step, both in step."""
        return greedy(*self._begin(source, max_length, False), max_length, self.end_id, min_length=1)

    def _begin(self, source, max_length, every):
        """The step function of two directions, the logits of their first tokens, and the past of the start tokens."""
        b = ops.shape(source.ids)[0]
        lookaheads = None if self.lookahead is None else ops.full((b,), self.lookahead, "int32")
        bidirectional_context = BidirectionalContext(self.fusions, self.start_ids, lookaheads, every)

        def step(tokens, index, cache):
            slot = 1 + index
            logits, cache = self.unilm.extend(
                tokens[..., None], source, cache, slot, None, bidirectional_context, training=False
            )
            return restrict_vocabulary(logits[:, :, 0], self.allowed), cache

        start = ops.broadcast_to(ops.array(self.start_ids, "int32")[:, None], (b, 2, 1))
        return step, *step(start[..., 0], -1, self.unilm.encoder.make_cache(b, 2, max_length + 2))
