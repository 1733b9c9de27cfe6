"""The loop of the beam searches that extend prefixes on one side."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...data.decoding_constants import MASKED_LOGIT, NO_HYPOTHESIS
from ...data.decoding_results import SearchTrace
from ...data.search_options import SearchOptions
from .next_tokens import NextTokens, best_continuations, take, top_k
from .sample_spans import unfinished_first


class Hypotheses(NamedTuple):
    """The n best finished hypotheses, best first: see `textzoo.generation`."""

    tokens: np.ndarray
    scores: np.ndarray
    log_probs: np.ndarray
    lengths: np.ndarray
    groups: np.ndarray


def length_divisor(length: Any, length_penalty: float) -> Any:
    """Computes ((5 + length) / 6)^length_penalty in float32; `length` counts the end token."""
    return ((np.float32(5) + np.asarray(length, "float32")) / np.float32(6)) ** np.float32(length_penalty)


def merge(hypotheses: Any, candidates: Any) -> Any:
    """Merges hypotheses with candidates of the same structure and keeps as many as before, by score."""
    axis = hypotheses.scores.ndim - 1
    merged = [np.concatenate(parts, axis) for parts in zip(hypotheses, candidates, strict=True)]
    merged = type(hypotheses)(*merged)
    _, best = top_k(merged.scores, hypotheses.scores.shape[axis])
    return type(hypotheses)(*(take(part, best) for part in merged))


def beam_loop(
    first: NextTokens,
    step: Callable[..., NextTokens],
    *,
    shape: tuple[int, int],
    max_length: int,
    end_id: int,
    options: SearchOptions,
    wanted: np.ndarray | None = None,
    shared_hypotheses: bool = False,
    return_trace: bool = False,
) -> tuple[Hypotheses, Any]:
    """Extends the best prefixes of each group and keeps the best finished hypotheses.

    Groups that cannot improve leave the batch, unless groups share their hypotheses.

    Args:
        first, step, max_length, end_id: see `textzoo.inference.decoding`; `first` has a row per group. The streams of
            a group are adjacent, best first.
        shape: `(b, g)`.
        wanted: bool `[b, g]`. Groups to search; what the others get counts for nothing. None: all.
        options, shared_hypotheses, return_trace: as in `textzoo.generation.beam_loop`.

    Returns:
        `Hypotheses` `[b, g, num_beams]`, or `[b, 1, g * num_beams]` with `shared_hypotheses`; and `SearchTrace`, or
        `()` without `return_trace`.

    Raises:
        ValueError: `min_length` exceeds `max_length`.
    """
    options.check_max_length(max_length)
    (b, g), k = shape, options.num_beams
    width = min(k + 1, first.vocab_size)  # continuations per prefix: k besides the end token
    count = min(2 * k, k * width)  # continuations per group: at most k of them end
    slots = max_length + 1
    together = shared_hypotheses or return_trace
    hypotheses = _no_hypotheses((b, 1, g * k) if shared_hypotheses else (b, g, k), slots)
    trace: Any = _no_trace((b, slots, g, count)) if return_trace else ()
    groups = np.broadcast_to(np.arange(g), (b, g))  # those that still run
    alive = np.where(np.arange(k) == 0, np.float32(0), np.float32(NO_HYPOTHESIS)) + np.zeros((b, g, 1), "float32")
    prefixes = np.zeros((b, g, k, slots), "int32")
    improvable, next_tokens = np.ones((b, g), bool) if wanted is None else wanted, first
    for index in range(slots):
        streams = prefixes[:, :, 0] if index == 0 else prefixes.reshape(b, -1, slots)
        log_probs, token = _continuations(
            next_tokens, streams, index=index, width=width, max_length=max_length, end_id=end_id, options=options
        )
        by_beam = (*groups.shape, -1, width)
        total = alive[..., None] + log_probs.reshape(by_beam)
        token = np.broadcast_to(token.reshape(by_beam), total.shape).reshape(*groups.shape, -1)
        total, flat = top_k(total.reshape(*groups.shape, -1), count)
        parent, token = flat // width, take(token, flat)
        continued = take(prefixes, parent)
        continued[..., index] = token
        ended, exists = token == end_id, total > MASKED_LOGIT / 2
        finished = ended & exists & (np.arange(count) < k)
        alive, best = top_k(np.where(ended, np.float32(NO_HYPOTHESIS), total), k)
        if return_trace:
            kept = (best[..., None, :] == np.arange(count)[:, None]) & (exists & ~ended)[..., None]
            new = SearchTrace(
                parents=parent,
                tokens=token,
                log_probs=np.where(exists, total, NO_HYPOTHESIS),
                ranks=np.where(kept.any(-1), kept.argmax(-1), -1),
                finished=finished,
            )
            for old, values in zip(trace, new, strict=True):
                old[:, index] = np.where(np.any(improvable, axis=1, keepdims=True)[..., None], values, old[:, index])
        found = _candidates(continued, total, finished=finished, index=index, groups=groups, options=options)
        if shared_hypotheses:
            found = Hypotheses(*(part.reshape(b, 1, -1, *part.shape[3:]) for part in found))
            hypotheses = running_best = merge(hypotheses, found)
        else:
            running_best = merge(Hypotheses(*(take(part, groups) for part in hypotheses)), found)
            for part, values in zip(hypotheses, running_best, strict=True):
                part[np.arange(b)[:, None], groups] = values
        upper_bound = alive.max(axis=-1) / length_divisor(max_length + 1, options.length_penalty)
        improvable = improvable & (alive[..., 0] > MASKED_LOGIT / 2)
        improvable &= upper_bound > running_best.scores.min(axis=-1)
        if not improvable.any() or index == max_length:
            break
        running = np.broadcast_to(np.arange(g), (b, g)) if together else unfinished_first(~improvable)
        prefixes, parent, token = take(continued, best), take(parent, best), take(token, best)
        parents = (
            running[..., None] + np.zeros((1, 1, k), int)
            if index == 0
            else take(parent, running) + k * running[..., None]
        )
        groups, alive, improvable = take(groups, running), take(alive, running), take(improvable, running)
        prefixes, token = take(prefixes, running), take(token, running)
        streams_alive = np.repeat(improvable, k, axis=1)
        next_tokens = step(token.reshape(b, -1), parents=parents.reshape(b, -1), alive=streams_alive)
    return hypotheses, trace


def _continuations(
    next_tokens: NextTokens,
    prefixes: np.ndarray,
    *,
    index: int,
    width: int,
    max_length: int,
    end_id: int,
    options: SearchOptions,
) -> tuple[np.ndarray, np.ndarray]:
    """Returns log-probabilities and ids `[b, p, width]` of the best continuations; at `max_length` of the end only."""
    if index < max_length:
        return best_continuations(
            next_tokens,
            prefixes,
            index=index,
            width=width,
            end_id=end_id,
            no_end=index < options.min_length,
            no_repeat_ngram_size=options.no_repeat_ngram_size,
        )
    ids = np.full((*prefixes.shape[:2], width), end_id, "int64")
    log_probs = np.full(ids.shape, MASKED_LOGIT, "float32")
    log_probs[..., :1] = next_tokens.at(ids[..., :1])
    return log_probs, ids


def _candidates(
    prefixes: np.ndarray,
    total: np.ndarray,
    *,
    finished: np.ndarray,
    index: int,
    groups: np.ndarray,
    options: SearchOptions,
) -> Hypotheses:
    """Returns all continuations `[b, g, count]` as `Hypotheses`; unfinished ones have no score."""
    scores = total / length_divisor(index + 1, options.length_penalty)
    return Hypotheses(
        tokens=prefixes,
        scores=np.where(finished, scores, np.float32(NO_HYPOTHESIS)),
        log_probs=np.where(finished, total, np.float32(NO_HYPOTHESIS)),
        lengths=np.full(total.shape, index, "int32"),
        groups=np.broadcast_to(groups[..., None], total.shape).astype("int32"),
    )


def _no_hypotheses(shape: tuple[int, ...], slots: int) -> Hypotheses:
    scores, zeros = np.full(shape, NO_HYPOTHESIS, "float32"), np.zeros(shape, "int32")
    return Hypotheses(
        tokens=np.zeros((*shape, slots), "int32"),
        scores=scores,
        log_probs=scores.copy(),
        lengths=zeros,
        groups=zeros.copy(),
    )


def _no_trace(shape: tuple[int, ...]) -> SearchTrace:
    zeros = np.zeros(shape, "int32")
    return SearchTrace(
        parents=zeros,
        tokens=zeros.copy(),
        log_probs=np.full(shape, NO_HYPOTHESIS, "float32"),
        ranks=zeros - 1,
        finished=np.zeros(shape, bool),
    )
