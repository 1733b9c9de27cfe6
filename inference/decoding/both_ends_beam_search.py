"""Beam search from both ends to the middle."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...data.decoding_constants import MASKED_LOGIT, NO_HYPOTHESIS
from ...data.decoding_results import JoinedBeams
from ...data.search_options import SearchOptions
from .beam_loop import length_divisor, merge
from .next_tokens import NextTokens, best_continuations, take, top_k


class _Pairs(NamedTuple):
    """Finished pairs of halves: `tokens` int32 `[b, k, 2, slots]`, `scores` and `log_probs` float32 `[b, k]`."""

    tokens: np.ndarray
    scores: np.ndarray
    log_probs: np.ndarray


def both_ends_beam_search(
    first: NextTokens,
    step: Callable[..., NextTokens],
    *,
    batch_size: int,
    max_length: int,
    end_id: int,
    options: SearchOptions,
) -> JoinedBeams:
    """Finds sequences of two halves written in step, as `textzoo.generation.both_ends_beam_search`.

    Args:
        first, step, max_length, end_id, options: see `textzoo.inference.decoding`; `first` has a row per half.
        batch_size: Number of sources.

    Returns:
        `JoinedBeams` of `num_beams / 2` sequences.

    Raises:
        ValueError: `min_length` exceeds `max_length`.
    """
    options.check_max_length(max_length)
    b, k = batch_size, options.num_beams // 2
    max_lengths, min_lengths = (np.array([(n + 1) // 2, n // 2]) for n in (max_length, options.min_length))
    max_half = (max_length + 1) // 2
    width = min(k + 1, first.vocab_size)
    count = min(2 * k, k * width**2)
    no_score = np.full((b, k), NO_HYPOTHESIS, "float32")
    best_pairs = _Pairs(np.zeros((b, k, 2, max_half + 1), "int32"), no_score, no_score)
    alive = np.where(np.arange(k) == 0, np.float32(0), np.float32(NO_HYPOTHESIS)) + np.zeros((b, 1), "float32")
    prefixes = np.zeros((b, 2, k, max_half + 1), "int32")
    improvable, next_tokens = np.ones(b, bool), first
    for index in range(max_half + 1):
        streams = prefixes[:, :, 0] if index == 0 else prefixes.reshape(b, 2 * k, -1)
        log_probs, token = _continuations(
            next_tokens,
            streams,
            index=index,
            width=width,
            end_id=end_id,
            lengths=tuple(np.repeat(limit, streams.shape[1] // 2) for limit in (min_lengths, max_lengths)),
            no_repeat_ngram_size=options.no_repeat_ngram_size,
        )
        log_probs, token = (
            np.broadcast_to(part.reshape(b, 2, -1, width), (b, 2, k, width)) for part in (log_probs, token)
        )
        total = alive[..., None, None] + log_probs[:, 0, :, :, None] + log_probs[:, 1, :, None, :]
        total, flat = top_k(total.reshape(b, -1), count)
        parent, pair = flat // width**2, flat % width**2
        chosen = parent[:, None] * width + np.stack([pair // width, pair % width], axis=1)
        token = take(token.reshape(b, 2, -1), chosen)
        tokens = take(prefixes, _both(parent))
        tokens[..., index] = token
        ended, lengths = _ends(tokens, index + 1, end_id)
        done, exists = ended.all(axis=1), total > MASKED_LOGIT / 2
        finished = done & exists & (np.arange(count) < k)
        scores = total / length_divisor(lengths.sum(axis=1) + 1, options.length_penalty)
        scores, sums = (np.where(finished, part, np.float32(NO_HYPOTHESIS)) for part in (scores, total))
        best_pairs = merge(best_pairs, _Pairs(np.moveaxis(tokens, 1, 2), scores, sums))
        alive, best = top_k(np.where(done, np.float32(NO_HYPOTHESIS), total), k)
        prefixes, token = take(tokens, _both(best)), take(np.where(ended, 0, token), _both(best))
        upper_bound = alive.max(axis=-1) / length_divisor(max_length + 1, options.length_penalty)
        improvable &= (alive[:, 0] > MASKED_LOGIT / 2) & (upper_bound > best_pairs.scores.min(axis=-1))
        if not improvable.any() or index == max_half:
            break
        parent = np.zeros_like(best) if index == 0 else take(parent, best)
        halves = np.array([0, 1 if index == 0 else k])  # before the first token each half is one stream
        parents = (parent[:, None] + halves[:, None]).reshape(b, 2 * k)
        alive_streams = np.broadcast_to(improvable[:, None], (b, 2 * k))
        next_tokens = step(token.reshape(b, 2 * k), parents=parents, alive=alive_streams)
    return _join(best_pairs, max_length=max_length, end_id=end_id)


def _both(index: np.ndarray) -> np.ndarray:
    """Repeats an index of pairs `[b, m]` for their two halves: `[b, 2, m]`."""
    return np.stack([index, index], axis=1)


def _ends(tokens: np.ndarray, index: int, end_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns whether halves, written before slot `index`, have ended, and their lengths."""
    is_end = (tokens == end_id) & (np.arange(tokens.shape[-1]) < index)
    ended = is_end.any(axis=-1)
    return ended, np.where(ended, is_end.argmax(axis=-1), index)


def _continuations(
    next_tokens: NextTokens,
    prefixes: np.ndarray,
    *,
    index: int,
    width: int,
    end_id: int,
    lengths: tuple[np.ndarray, ...],
    no_repeat_ngram_size: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Returns log-probabilities and ids `[b, p, width]`; a half that has ended continues with 0 at no cost."""
    min_lengths, max_lengths = lengths
    log_probs, ids = best_continuations(
        next_tokens,
        prefixes,
        index=index,
        width=width,
        end_id=end_id,
        no_end=np.broadcast_to(index < min_lengths, prefixes.shape[:2]),
        no_repeat_ngram_size=no_repeat_ngram_size,
    )
    masked = np.full((*prefixes.shape[:2], width), MASKED_LOGIT, "float32")
    is_full = np.broadcast_to(index == max_lengths, prefixes.shape[:2])[..., None]
    if is_full.any():
        end_ids = np.full(masked.shape, end_id, "int64")
        end_log_probs = masked.copy()
        end_log_probs[..., :1] = next_tokens.at(end_ids[..., :1])
        log_probs, ids = np.where(is_full, end_log_probs, log_probs), np.where(is_full, end_ids, ids)
    ended = _ends(prefixes, index, end_id)[0][..., None]
    free_zero = masked.copy()
    free_zero[..., 0] = 0
    return np.where(ended, free_zero, log_probs), np.where(ended, 0, ids)


def _join(pairs: _Pairs, *, max_length: int, end_id: int) -> JoinedBeams:
    """Concatenates the left halves, the reversed right halves and one end token."""
    lengths = (pairs.tokens == end_id).argmax(axis=-1).astype("int32")
    total = lengths.sum(axis=-1, dtype="int32")
    left, joined = lengths[..., :1], total[..., None]
    slots = np.broadcast_to(np.arange(max_length + 1), (*total.shape, max_length + 1))
    last = pairs.tokens.shape[-1] - 1
    from_left = np.take_along_axis(pairs.tokens[:, :, 0], np.minimum(slots, last), axis=-1)
    from_right = np.take_along_axis(pairs.tokens[:, :, 1], np.clip(joined - 1 - slots, 0, last), axis=-1)
    tokens = np.where(slots < left, from_left, np.where(slots < joined, from_right, 0))
    exists = pairs.scores[..., None] > NO_HYPOTHESIS / 2
    tokens = np.where((slots == joined) & exists, end_id, tokens)
    return JoinedBeams(tokens=tokens, scores=pairs.scores, log_probs=pairs.log_probs, lengths=total)
