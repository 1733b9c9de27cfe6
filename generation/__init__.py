"""Decoding over a step function: sampling, beams, constraints. Knows no tokenizer and no model.

A *step function* is `step(tokens [b, p], index, state) -> (logits [b, p, vocab], state)`: p streams of b sources have
just written `tokens` into slot `index`; out come the logits of the next token. `state` is any nest of tensors
`[b, p, ...]`. What came before the first token (a source, a prompt) gives the first `logits` and `state`.
"""

from .beam_loop import SearchTrace as SearchTrace
from .beam_search import Beams as Beams
from .beam_search import beam_search as beam_search
from .bidirectional_beam_search import BidirectionalBeams as BidirectionalBeams
from .bidirectional_beam_search import bidirectional_beam_search as bidirectional_beam_search
from .bidirectional_beam_search import to_left_to_right as to_left_to_right
from .both_ends_beam_search import JoinedBeams as JoinedBeams
from .both_ends_beam_search import both_ends_beam_search as both_ends_beam_search
from .compile_loop import compile_loop as compile_loop
from .decoding_loop import Decoded as Decoded
from .decoding_loop import decode as decode
from .greedy import greedy as greedy
from .logits_processors import restrict_vocabulary as restrict_vocabulary
from .sample import sample as sample
