"""Decoding over a step function: greedy search, sampling and beam searches, independent of model and tokenizer.

In all shapes b is the number of sources and vocab the size of the vocabulary. A *stream* is one sequence that is being
written; p streams per source run side by side. Beam searches keep g groups of k beams per source: p = g k streams.

The functions of this package share these arguments:

    step: The step function, `step(tokens [b, p], index=index, state=state) -> (logits [b, p, vocab], state)`. It
        receives the tokens that the streams have just written into slot `index` and returns the logits of their next
        tokens.
    logits: float `[b, p, vocab]`, logits of the first token. Beam searches take one row per group: `[b, g, vocab]`.
    state: Nest of tensors `[b, p, ...]`, or `[b, g, ...]` for beam searches: the decoder state before the first token,
        such as the cache after a source or a prompt.
    max_length: int. Maximum number of tokens without the end token. A longer sequence is ended there.
    end_id: int. Id of the end token.
    options: `SearchOptions` of a beam search.
"""

from ..data.decoding_results import Beams as Beams
from ..data.decoding_results import BidirectionalBeams as BidirectionalBeams
from ..data.decoding_results import Decoded as Decoded
from ..data.decoding_results import JoinedBeams as JoinedBeams
from ..data.decoding_results import SearchTrace as SearchTrace
from ..data.search_options import SearchOptions as SearchOptions
from .beam_search import beam_search as beam_search
from .bidirectional_beam_search import bidirectional_beam_search as bidirectional_beam_search
from .bidirectional_beam_search import to_left_to_right as to_left_to_right
from .both_ends_beam_search import both_ends_beam_search as both_ends_beam_search
from .compile_loop import compile_loop as compile_loop
from .decoding_loop import decoding_loop as decoding_loop
from .greedy import greedy as greedy
from .logits_processors import restrict_vocabulary as restrict_vocabulary
from .sample import sample as sample
