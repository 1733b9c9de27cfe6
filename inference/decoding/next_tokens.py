"""Log-probabilities of next tokens, and the best of them under rules."""

from typing import Protocol

import numpy as np

from ...data.decoding_constants import MASKED_LOGIT


class NextTokens(Protocol):
    """Log-probabilities of the next token of streams `[b, p]`, computed where they are asked for."""

    vocab_size: int

    def top(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Returns the k highest log-probabilities float32 `[b, p, k]` and their ids int64; ties by id."""
        ...

    def at(self, ids: np.ndarray) -> np.ndarray:
        """Returns the log-probabilities float32 `[b, p, n]` of ids int64 `[b, p, n]`."""
        ...


def top_k(values: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the k highest values along the last axis and their indices, ties by index.

    Example:

    >>> top_k(np.array([1.0, 3.0, 3.0]), 2)[1].tolist()
    [1, 2]
    """
    order = np.argsort(-values, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(values, order, axis=-1), order


def take(array: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Gathers `[..., n(, more)]` along the last axis of an index `[..., m]`.

    Example:

    >>> take(np.array([[5, 6], [7, 8]]), np.array([[1], [0]])).tolist()
    [[6], [7]]
    """
    extra = array.ndim - index.ndim
    return np.take_along_axis(array, index.reshape(*index.shape, *[1] * extra), axis=index.ndim - 1)


def best_continuations(
    tokens: NextTokens,
    prefixes: np.ndarray,
    *,
    index: int,
    width: int,
    end_id: int,
    no_end: np.ndarray | bool = False,
    no_repeat_ngram_size: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the most probable next tokens that the rules allow.

    Args:
        tokens: `NextTokens` of streams `[b, p]`.
        prefixes: int `[b, p, slots]`, written before slot `index`.
        index: The slot of the next token.
        width: Number of tokens.
        end_id: Id of the end token.
        no_end: bool, or bool `[b, p]`: streams that may not end yet.
        no_repeat_ngram_size: As in `SearchOptions`.

    Returns:
        Log-probabilities float32 `[b, p, width]`, -1e9 for a token that a rule forbids, and ids int64.
    """
    repeats = _ngram_ends(prefixes, index, no_repeat_ngram_size)
    num_forbidden = int(repeats.sum(axis=-1).max(initial=0)) + bool(np.any(no_end))
    log_probs, ids = tokens.top(min(width + num_forbidden, tokens.vocab_size))
    if not num_forbidden:
        return log_probs, ids
    forbidden = ((ids[..., :, None] == prefixes[..., None, :]) & repeats[..., None, :]).any(axis=-1)
    forbidden |= (ids == end_id) & np.asarray(no_end)[..., None]
    log_probs, order = top_k(np.where(forbidden, np.float32(MASKED_LOGIT), log_probs), width)
    return log_probs, take(ids, order)


def _ngram_ends(prefixes: np.ndarray, index: int, size: int) -> np.ndarray:
    """Bool like `prefixes`: tokens that followed an earlier copy of the last size - 1 tokens."""
    slots = np.arange(prefixes.shape[-1])
    if not 0 < size <= prefixes.shape[-1]:
        return np.zeros(prefixes.shape, bool)
    match = np.broadcast_to((slots < index) & (slots >= size - 1), prefixes.shape)
    for back in range(1, size):
        last = prefixes[..., max(index - back, 0)][..., None]
        match = match & (np.roll(prefixes, back, axis=-1) == last)
    return match
