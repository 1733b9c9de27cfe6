"""Steps of a `SpanConstraint` inside a decoding loop.

The constraint's state is a pair: bool `[b, p, s]`, the source positions at which the next token may stand, and bool
`[b, p]`, whether the stream may end now.
"""

from keras import ops


def first_spans(constraint, streams):
    """Returns the state of `streams` streams per source before the first token."""
    b, s = ops.shape(constraint.starts)
    return ops.broadcast_to(constraint.starts[:, None], (b, streams, s)), ops.zeros((b, streams), "bool")


def allowed_candidates(constraint, spans, *, remaining):
    """Bool `[b, p, c]`: which candidate tokens may come next if at most `remaining` tokens follow."""
    next_positions, may_end = spans
    viable = ops.logical_and(next_positions, (constraint.reach < remaining)[:, None])
    width = ops.shape(constraint.tokens)[1]
    one_hot = ops.one_hot(constraint.candidate, width, dtype="float32")
    allowed = ops.einsum("bps,bsc->bpc", ops.cast(viable, "float32"), one_hot) > 0
    is_end = ops.arange(width) == 0
    may_end = ops.logical_or(may_end[..., None], ops.logical_not(ops.any(allowed, axis=-1, keepdims=True)))
    return ops.logical_or(allowed, ops.logical_and(may_end, is_end))


def advance_spans(constraint, spans, *, choice):
    """Returns the state after candidate `choice` `[b, p]` was written."""
    next_positions, _ = spans
    chosen = ops.logical_and(next_positions, constraint.candidate[:, None] == choice[..., None])
    may_end = ops.any(ops.logical_and(chosen, constraint.ends[:, None]), axis=-1)
    return ops.pad(chosen[..., :-1], [[0, 0], [0, 0], [1, 0]]), may_end
