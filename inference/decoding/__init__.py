"""Decoding loops in NumPy; each gives the results of its namesake in `textzoo.generation`.

Letters of shapes as there: b sources, p streams, g groups of k beams. The functions share these arguments:

    first: `NextTokens` of the first token: of one stream per source or group.
    step: `step(tokens [b, n], parents=parents [b, n], alive=alive [b, n]) -> NextTokens` of n streams. Stream i
        continues stream `parents[i]` of the step before with a token; before the first token there is a stream per row
        of `first`. The results of a stream that is not alive count for nothing.
    max_length, end_id, options: as in `textzoo.generation`.
"""

from .beam_loop import beam_loop as beam_loop
from .beam_searches import beam_search as beam_search
from .beam_searches import bidirectional_beam_search as bidirectional_beam_search
from .both_ends_beam_search import both_ends_beam_search as both_ends_beam_search
from .greedy import greedy as greedy
from .next_tokens import NextTokens as NextTokens
from .sample_spans import sample_spans as sample_spans
