"""Finished hypotheses of beam searches and the helpers that all of them share."""

from typing import Any, NamedTuple

import keras
from keras import ops

from ..data.decoding_constants import NO_HYPOTHESIS
from .gather import gather


class Hypotheses(NamedTuple):
    """The n best finished hypotheses, best first.

    Attributes:
        tokens: int32 `[..., n, slots]`.
        scores: float32 `[..., n]`, length-normalised log-probabilities.
        log_probs: float32 `[..., n]`, sums of token log-probabilities.
        lengths: int32 `[..., n]`, tokens without the end token.
        groups: int32 `[..., n]`, the group of beams that wrote the hypothesis.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any
    groups: Any


def empty_hypotheses(shape, slots) -> Hypotheses:
    """Returns empty `Hypotheses` of `shape` `(..., n)`: zeros with a score of -1e30."""
    scores, zeros = ops.full(shape, NO_HYPOTHESIS, "float32"), ops.zeros(shape, "int32")
    return Hypotheses(
        tokens=ops.zeros((*shape, slots), "int32"), scores=scores, log_probs=scores, lengths=zeros, groups=zeros
    )


def keep_best(hypotheses, candidates):
    """Merges hypotheses with candidates of the same structure and keeps as many as before, by score."""
    axis = len(hypotheses.scores.shape) - 1
    merged = keras.tree.map_structure(lambda old, new: ops.concatenate([old, new], axis), hypotheses, candidates)
    _, best = ops.top_k(merged.scores, ops.shape(hypotheses.scores)[axis])
    return gather(merged, best)


def length_divisor(length, length_penalty):
    """Computes ((5 + length) / 6)^length_penalty; `length` counts the end token."""
    return ((5.0 + ops.cast(length, "float32")) / 6.0) ** length_penalty


def beams_per_direction(num_beams, logits):
    """Returns half of `num_beams`; checks that it is even and that `logits` have a row per direction."""
    if num_beams < 2 or num_beams % 2:
        raise ValueError(f"Expected an even num_beams of 2 or more, half per direction. Received: {num_beams}")
    if logits.shape[1] != 2:
        raise ValueError(f"Expected logits [b, 2, vocab], one row per direction. Received: {tuple(logits.shape)}")
    return num_beams // 2
