"""The pool of finished hypotheses, and what every beam search does with one."""

from typing import Any, NamedTuple

import keras
from keras import ops

from ..data.score_constants import NO_HYPOTHESIS
from .gather import gather


class Hypotheses(NamedTuple):
    """Finished hypotheses, best first, n a pool.

    `tokens` int32 `[..., n, slots]`, `scores` and `log_probs` float32 `[..., n]`, `lengths` and `groups` int32
    `[..., n]`: tokens without the end, and the group of prefixes that wrote them.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any
    groups: Any


def empty_hypotheses(shape, slots) -> Hypotheses:
    """Pools of `shape` `(..., n)` that hold nothing: zeros that score -1e30."""
    nothing, zeros = ops.full(shape, NO_HYPOTHESIS, "float32"), ops.zeros(shape, "int32")
    return Hypotheses(ops.zeros((*shape, slots), "int32"), nothing, nothing, zeros, zeros)


def keep_best(hypotheses, candidates):
    """The best scores among a pool and candidates of the same kind, as many as the pool has."""
    axis = len(hypotheses.scores.shape) - 1
    merged = keras.tree.map_structure(lambda old, new: ops.concatenate([old, new], axis), hypotheses, candidates)
    _, best = ops.top_k(merged.scores, ops.shape(hypotheses.scores)[axis])
    return gather(merged, best)


def length_divisor(length, length_penalty):
    """((5 + length) / 6) ^ length_penalty, `length` with the end token."""
    if length_penalty < 0:
        raise ValueError(f"Expected a length_penalty of 0 or more. Received: {length_penalty}")
    return ((5.0 + ops.cast(length, "float32")) / 6.0) ** length_penalty


def beams_a_direction(num_beams, logits):
    """Half of `num_beams`, where both it and the first `logits` are of two directions."""
    if num_beams < 2 or num_beams % 2:
        raise ValueError(f"Expected an even num_beams of 2 or more, half a direction. Received: {num_beams}")
    if logits.shape[1] != 2:
        raise ValueError(f"Expected logits [b, 2, vocab], one row a direction. Received: {tuple(logits.shape)}")
    return num_beams // 2
