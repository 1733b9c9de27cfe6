"""Decoding over a step function: sampling, beams, constraints. Knows no tokenizer and no model.

A *step function* is `step(tokens [b, p], index, state) -> (logits [b, p, vocab], state)`: p streams of b sources have
just written `tokens` into slot `index`; out come the logits of the next token. `state` is any nest of tensors
`[b, p, ...]`. What came before the first token (a source, a prompt) gives the first `logits` and `state`.
"""

from .beam_search import Beams as Beams
from .beam_search import beam_search as beam_search
from .bidirectional_beam_search import BidirectionalBeams as BidirectionalBeams
from .bidirectional_beam_search import bidirectional_beam_search as bidirectional_beam_search
from .both_ends_beam_search import JoinedBeams as JoinedBeams
from .both_ends_beam_search import both_ends_beam_search as both_ends_beam_search
from .compiled import compiled as compiled
from .decode import Decoded as Decoded
from .decode import decode as decode
from .greedy import greedy as greedy
from .grow_beams import Steps as Steps
from .only_tokens import only_tokens as only_tokens
from .reading_order import reading_order as reading_order
from .sample import sample as sample
from .span_constraint import SpanConstraint as SpanConstraint
from .span_constraint import span_constraint as span_constraint
