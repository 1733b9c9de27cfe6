"""Nucleus sampling of spans of the source."""

from collections.abc import Callable

import numpy as np

from ...data.decoding_constants import MASKED_LOGIT
from ...data.decoding_results import Decoded
from ...data.qa.span_constraint import SpanConstraint
from .next_tokens import NextTokens, take


def sample_spans(
    first: NextTokens,
    step: Callable[..., NextTokens],
    *,
    constraint: SpanConstraint,
    uniforms: np.ndarray,
    end_id: int,
    temperature: float = 1.0,
    top_p: float = 1.0,
) -> Decoded:
    """Samples tokens by the inverse CDF of given random numbers, as `textzoo.generation.sample` under a constraint.

    Streams that have ended leave the batch.

    Args:
        first, step, end_id: see `textzoo.inference.decoding`; `first` has a row per source.
        constraint: `SpanConstraint` of b sources.
        uniforms: float `[b, p, max_length]` in [0, 1), one number per token.
        temperature: float > 0.
        top_p: float in (0, 1]. Mass of the nucleus.

    Returns:
        `Decoded`.

    Raises:
        ValueError: `temperature` or `top_p` is out of range.
    """
    if not temperature > 0 or not 0 < top_p <= 1:
        raise ValueError(f"Expected temperature above 0 and top_p in (0, 1]. Received: {temperature}, {top_p}")
    b, p, max_length = uniforms.shape
    uniforms = np.pad(uniforms.astype("float32"), [(0, 0), (0, 0), (0, 1)])
    candidates, ends = np.asarray(constraint.tokens, "int64"), np.asarray(constraint.ends)
    tokens = np.zeros((b, p, max_length + 1), "int32")
    log_probs, finished = np.zeros((b, p), "float32"), np.zeros((b, p), bool)
    positions = np.broadcast_to(np.asarray(constraint.starts)[:, None], (b, p, ends.shape[1])).copy()
    may_end = np.zeros((b, p), bool)
    streams = np.broadcast_to(np.arange(p), (b, p))
    of_candidates = np.broadcast_to(first.at(candidates[:, None]), (b, p, candidates.shape[1]))
    for index in range(max_length + 1):
        allowed = _allowed(constraint, take(positions, streams), take(may_end, streams), max_length - index)
        logits = np.where(allowed, of_candidates / np.float32(temperature), np.float32(MASKED_LOGIT))
        choice = _draw(logits, take(uniforms[:, :, index], streams), top_p=top_p)
        ended = take(finished, streams)
        token = np.where(ended, 0, np.take_along_axis(candidates, choice, axis=1))
        log_prob = take(of_candidates, choice[..., None])[..., 0]
        rows = np.arange(b)[:, None]
        tokens[rows, streams, index] = token
        log_probs[rows, streams] += np.where(ended, 0, log_prob)
        finished[rows, streams] |= token == end_id
        chosen = take(positions, streams) & (np.asarray(constraint.candidate)[:, None] == choice[..., None])
        may_end[rows, streams] = (chosen & ends[:, None]).any(axis=-1)
        positions[rows, streams] = np.pad(chosen[..., :-1], [(0, 0), (0, 0), (1, 0)])
        if finished.all() or index == max_length:
            break
        running = unfinished_first(take(finished, streams))
        streams = take(streams, running)
        alive = ~take(finished, streams)
        parents = np.zeros_like(running) if index == 0 else running  # before the first token a source has one stream
        next_tokens = step(take(tokens[:, :, index], streams), parents=parents, alive=alive)
        of_candidates = next_tokens.at(np.broadcast_to(candidates[:, None], (*streams.shape, candidates.shape[1])))
    return Decoded(tokens=tokens, lengths=(tokens == end_id).argmax(axis=-1), log_probs=log_probs)


def unfinished_first(finished: np.ndarray) -> np.ndarray:
    """Returns the numbers of the unfinished streams of each source, int `[b, n]`; finished ones fill the rows.

    Example:

    >>> unfinished_first(np.array([[True, False, False], [True, True, False]])).tolist()
    [[1, 2], [2, 0]]
    """
    count = max(1, int((~finished).sum(axis=1).max()))
    return np.argsort(finished, axis=1, kind="stable")[:, :count]


def _allowed(constraint: SpanConstraint, positions: np.ndarray, may_end: np.ndarray, remaining: int) -> np.ndarray:
    """Bool `[b, p, c]`: candidates that may come next if at most `remaining` tokens follow."""
    viable = positions & (np.asarray(constraint.reach) < remaining)[:, None]
    allowed = np.zeros((*may_end.shape, np.shape(constraint.tokens)[1]), bool)
    row, stream, position = np.nonzero(viable)
    allowed[row, stream, np.asarray(constraint.candidate)[row, position]] = True
    allowed[..., 0] |= may_end | ~allowed.any(axis=-1)
    return allowed


def _draw(logits: np.ndarray, uniform: np.ndarray, *, top_p: float) -> np.ndarray:
    """Draws one index per distribution `[b, p, n]` by the inverse CDF."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities = exponentials / exponentials.sum(axis=-1, keepdims=True)
    if top_p >= 1:
        return _inverse_cdf(probabilities, uniform)
    order = np.argsort(-logits, axis=-1, kind="stable")
    probabilities = take(probabilities, order)
    mass_before = np.cumsum(probabilities, axis=-1) - probabilities
    mass_before[..., 1:] = np.cumsum(probabilities, axis=-1)[..., :-1]
    rank = _inverse_cdf(np.where(mass_before < top_p, probabilities, np.float32(0)), uniform)
    return take(order, rank[..., None])[..., 0]


def _inverse_cdf(probabilities: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Returns the first index of positive probability whose cumulative mass exceeds `uniform` times the total."""
    mass = np.cumsum(probabilities, axis=-1)
    possible = probabilities > 0
    above = possible & (mass > uniform[..., None] * mass[..., -1:])
    last = probabilities.shape[-1] - 1 - possible[..., ::-1].argmax(axis=-1)
    return np.where(above.any(axis=-1), above.argmax(axis=-1), last)
