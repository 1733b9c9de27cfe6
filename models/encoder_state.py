"""State of encoding and decoding that the encoder returns and takes; shape letters as in `encoder`."""

from typing import Any, NamedTuple


class Memory(NamedTuple):
    """An encoded source, as targets attend to it.

    `layers`: per layer keys and values `[b, heads, s, head_size]`; `mask`: bool `[b, s]`, True at tokens; `lengths`:
    int32 `[b]`, lengths without padding; `last`: `[b, hidden]`, the state of the last token, which predicts a target's
    first token.
    """

    layers: tuple
    mask: Any
    lengths: Any
    last: Any


class BidirectionalContext(NamedTuple):
    """Attention between streams of two directions; the first half of the streams runs left to right.

    Step i attends to steps 0 to min(i, lookahead) of the other direction. The embedding of a direction's start token is
    added to each of its steps.

    `fusions`: a `DirectionFusion` per encoder layer; `start_ids`: int `[2]`, the two start tokens; `lookaheads`: int32
    `[b]`, None: no limit; `attend_all_beams`: whether a stream attends to the mean over all streams of the other half
    instead of the stream of its own rank.
    """

    fusions: Any
    start_ids: Any
    lookaheads: Any = None
    attend_all_beams: bool = False


class DecoderCache(NamedTuple):
    """Keys and values of the targets so far.

    `layers`: per layer keys and values `[b, p, heads, u, head_size]`; `mask`: bool `[b, p, u]`, True at tokens.
    """

    layers: tuple
    mask: Any
