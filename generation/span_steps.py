"""Steps of the span constraint inside a decoding loop."""

from keras import ops


def first_spans(constraint, streams):
    """The state before the first token: where it may stand `[b, p, s]`, and whether it may be the end `[b, p]`."""
    b, s = ops.shape(constraint.starts)
    return ops.broadcast_to(constraint.starts[:, None], (b, streams, s)), ops.zeros((b, streams), "bool")


def allowed_candidates(constraint, spans, remaining):
    """Which candidates may come next `[b, p, c]`, `remaining` tokens at most still to come."""
    following, may_end = spans
    viable = ops.logical_and(following, (constraint.reach < remaining)[:, None])
    width = ops.shape(constraint.tokens)[1]
    one_hot = ops.one_hot(constraint.candidate, width, dtype="float32")
    open_ones = ops.einsum("bps,bsc->bpc", ops.cast(viable, "float32"), one_hot) > 0
    is_end = ops.arange(width) == 0
    may_end = ops.logical_or(may_end[..., None], ops.logical_not(ops.any(open_ones, axis=-1, keepdims=True)))
    return ops.logical_or(open_ones, ops.logical_and(may_end, is_end))


def advance_spans(constraint, spans, choice):
    """The loop's state after the candidate `choice` `[b, p]` was written."""
    following, _ = spans
    hit = ops.logical_and(following, constraint.candidate[:, None] == choice[..., None])
    may_end = ops.any(ops.logical_and(hit, constraint.ends[:, None]), axis=-1)
    return ops.pad(hit[..., :-1], [[0, 0], [0, 0], [1, 0]]), may_end
