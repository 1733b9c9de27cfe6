"""Results of the decoding loops, the same for every engine: sequences, beams and the trace of a search."""

from typing import Any, NamedTuple


class Decoded(NamedTuple):
    """Decoded streams.

    Attributes:
        tokens: int32 `[b, p, max_length + 1]`, the end token included, zeros after it.
        lengths: int32 `[b, p]`, tokens without the end token.
        log_probs: float32 `[b, p]`, the step function's own log-probability of all tokens and the end token.
    """

    tokens: Any
    lengths: Any
    log_probs: Any


class SearchTrace(NamedTuple):
    """Record of a beam search: the m best continuations per group and step, best first; input of search trees.

    Attributes, all `[b, max_length + 1, g, m]`:
        parents: int32, rank of the prefix in the step before.
        tokens: int32.
        log_probs: float32, sum of the token log-probabilities so far; -1e30 or less where no continuation exists.
        ranks: int32, rank under which the continuation was kept as a prefix, -1 if it was not kept.
        finished: bool, whether the continuation became a finished hypothesis.
    """

    parents: Any
    tokens: Any
    log_probs: Any
    ranks: Any
    finished: Any


class Beams(NamedTuple):
    """The k best hypotheses of every group, best first.

    A hypothesis that does not exist scores -1e30 or less.

    Attributes:
        tokens: int32 `[b, g, k, max_length + 1]`, the end token included, zeros after it.
        scores: float32 `[b, g, k]`, sums of token log-probabilities divided by the length normalisation.
        log_probs: float32 `[b, g, k]`, the sums.
        lengths: int32 `[b, g, k]`, tokens without the end token.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any


class BidirectionalBeams(NamedTuple):
    """The n best hypotheses of both directions, best first.

    A hypothesis that does not exist scores -1e30.

    Attributes:
        tokens: int32 `[b, n, max_length + 1]` in writing order (see `to_left_to_right`), the end token included, zeros
            after it.
        scores: float32 `[b, n]`, sums of token log-probabilities divided by the length normalisation.
        log_probs: float32 `[b, n]`, the sums.
        lengths: int32 `[b, n]`, tokens without the end token.
        direction: int32 `[b, n]`, 0: written from the left, 1: written from the right.
        trace: `SearchTrace` of both directions, or `()`.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any
    direction: Any
    trace: Any


class JoinedBeams(NamedTuple):
    """The n best pairs of halves, joined, best first.

    A pair that does not exist scores -1e30.

    Attributes:
        tokens: int32 `[b, n, max_length + 1]` from left to right, then one end token and zeros.
        scores: float32 `[b, n]`, sums of the log-probabilities of both halves with their end tokens, divided by the
            length normalisation.
        log_probs: float32 `[b, n]`, the sums.
        lengths: int32 `[b, n]`, tokens without the end token.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any
