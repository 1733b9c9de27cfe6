"""Constraint of decoding to spans of the source."""

from typing import Any, NamedTuple

import numpy as np

UNREACHABLE = 1 << 20
"""Value of `SpanConstraint.reach` where no allowed end follows."""


class SpanConstraint(NamedTuple):
    """Arrays that restrict sampling to spans of the source.

    `tokens`: int32 `[b, c]`, the candidate tokens: the end token, then the source's distinct tokens in ascending order.
    `candidate`: int32 `[b, s]`, the index in `tokens` of each source position, -1 if it belongs to no span. `starts`,
    `ends`: bool `[b, s]`, True where a span may start and end. `reach`: int32 `[b, s]`, the number of tokens from each
    position to the next allowed end.
    """

    tokens: Any
    candidate: Any
    starts: Any
    ends: Any
    reach: Any


def span_constraint(source_ids, *, starts, ends, end_id: int) -> SpanConstraint:
    """Prepares the constraint of a batch of sources, once before the decoding loop.

    Args:
        source_ids: int `[b, s]`.
        starts: bool `[b, s]`, True where a span may start.
        ends: bool `[b, s]`, True where a span may end. Padding and `end_id` belong to no span.
        end_id: int. The token that ends a stream.

    Returns:
        `SpanConstraint` of NumPy arrays, with c = s + 1. If a source has no span, or none that is short enough, only
        the end token can be sampled and the result is empty.

    Raises:
        ValueError: The three shapes differ.

    Example:

    >>> ids = np.array([[9, 4, 5, 4, 9]])
    >>> inside = np.array([[False, True, True, True, False]])
    >>> constraint = span_constraint(ids, starts=inside, ends=inside, end_id=9)
    >>> constraint.tokens.tolist(), constraint.candidate.tolist()
    ([[9, 4, 5, 9, 9, 9]], [[-1, 1, 2, 1, -1]])
    """
    source_ids, starts, ends = np.asarray(source_ids), np.asarray(starts, bool), np.asarray(ends, bool)
    if source_ids.ndim != 2 or not source_ids.shape == starts.shape == ends.shape:
        raise ValueError(
            "Expected source_ids, starts and ends of one shape [b, s]. "
            f"Received: {source_ids.shape}, {starts.shape}, {ends.shape}."
        )
    b, s = source_ids.shape
    reach = np.full((b, s), UNREACHABLE, "int32")
    following = np.full(b, UNREACHABLE, "int32")
    inside = (source_ids != end_id) & (source_ids != 0)
    for j in range(s - 1, -1, -1):
        following = np.where(inside[:, j], np.where(ends[:, j], 0, following + 1), UNREACHABLE).astype("int32")
        reach[:, j] = following
    usable = reach < UNREACHABLE
    tokens = np.full((b, s + 1), end_id, "int32")
    candidate = np.full((b, s), -1, "int32")
    for row in range(b):
        distinct, inverse = np.unique(source_ids[row][usable[row]], return_inverse=True)
        tokens[row, 1 : len(distinct) + 1] = distinct
        candidate[row, usable[row]] = inverse + 1
    return SpanConstraint(tokens=tokens, candidate=candidate, starts=starts & usable, ends=ends & usable, reach=reach)
