"""The compiled moves of title generation over a UniLM."""

from keras import ops

from ..generation import (
    Beams,
    BidirectionalBeams,
    Decoded,
    JoinedBeams,
    beam_search,
    bidirectional_beam_search,
    both_ends_beam_search,
    compiled,
    greedy,
    only_tokens,
)
from .encoder import TwoWay


class TitleDecoding:
    """Read articles, write titles: each one compiled function of a batch of sources.

    Shapes are the caller's to bucket; `traces` counts how often a function was traced.

    Args:
        unilm: `UniLM`, whose weights are read at every call.
        end_id: int. The token that ends titles.
        allowed: bool `[vocab_size]`. Tokens that titles are written with, the end among them; None: all.
        start_ids: two ints, the tokens that begin the two directions; None: titles are written left to right.
        fusions: a `Fusion` for each encoder layer, with `start_ids`.
        horizon: int or None. The last step of the other direction that is seen.
        halves: bool. Whether each direction writes its half only.
        jit_compile: bool. Compile with XLA.

    Example:

    >>> import numpy as np
    >>> from textzoo.models import Encoder, UniLM
    >>> encoder = Encoder(vocab_size=20, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=32)
    >>> decoding = TitleDecoding(UniLM(encoder), end_id=3)
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
        horizon=None,
        halves=False,
        jit_compile=False,
    ):
        self.unilm = unilm
        self.end_id = end_id
        self.allowed = allowed
        self.start_ids = start_ids
        self.fusions = fusions
        self.horizon = horizon
        self.read = compiled(self._read, jit_compile)
        write = self._write if start_ids is None else self._write_halves if halves else self._write_both
        self.write = compiled(write, jit_compile)
        self.draft = compiled(self._draft, jit_compile)

    @property
    def traces(self) -> int:
        return self.read.traces + self.write.traces + self.draft.traces

    def _read(self, source_ids):
        return self.unilm.read(source_ids, training=False)

    def _write(self, source, num_beams, max_length, length_penalty=0.0, min_length=0, no_repeat_ngram=0) -> Beams:
        """Titles from the left, `Beams` of one group."""
        past = self.unilm.encoder.make_past(ops.shape(source.ids)[0], 1, max_length + 1)

        def step(tokens, index, past):
            logits, past = self.unilm.write(tokens[..., None], source, past, index, training=False)
            return only_tokens(logits[:, :, 0], self.allowed), past

        first = only_tokens(self.unilm.first(source, 1), self.allowed)
        options = length_penalty, min_length, no_repeat_ngram
        return beam_search(step, first, past, num_beams, max_length, self.end_id, *options)

    def _write_both(
        self,
        source,
        num_beams,
        max_length,
        length_penalty=0.0,
        min_length=0,
        no_repeat_ngram=0,
        every=False,
        record=False,
    ) -> BidirectionalBeams:
        """What both directions write in step."""
        step, first, past = self._begin(source, max_length, every)
        options = length_penalty, min_length, no_repeat_ngram, record
        return bidirectional_beam_search(step, first, past, num_beams, max_length, self.end_id, *options)

    def _write_halves(
        self, source, num_beams, max_length, length_penalty=0.0, min_length=0, no_repeat_ngram=0
    ) -> JoinedBeams:
        """Both halves of a title, in step, joined."""
        step, first, past = self._begin(source, (max_length + 1) // 2, False)
        options = length_penalty, min_length, no_repeat_ngram
        return both_ends_beam_search(step, first, past, num_beams, max_length, self.end_id, *options)

    def _draft(self, source, max_length) -> Decoded:
        """The likeliest token of each direction at every step, both in step."""
        return greedy(*self._begin(source, max_length, False), max_length, self.end_id, min_length=1)

    def _begin(self, source, max_length, every):
        """The step function of two directions, the logits of their first tokens, and the past of the start tokens."""
        b = ops.shape(source.ids)[0]
        horizons = None if self.horizon is None else ops.full((b,), self.horizon, "int32")
        two_way = TwoWay(self.fusions, self.start_ids, horizons, every)

        def step(tokens, index, past):
            slot = 1 + index
            logits, past = self.unilm.write(tokens[..., None], source, past, slot, None, two_way, training=False)
            return only_tokens(logits[:, :, 0], self.allowed), past

        start = ops.broadcast_to(ops.array(self.start_ids, "int32")[:, None], (b, 2, 1))
        return step, *step(start[..., 0], -1, self.unilm.encoder.make_past(b, 2, max_length + 2))
