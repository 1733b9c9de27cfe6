"""Greedy search."""

from collections.abc import Callable

import numpy as np

from ...data.decoding_results import Decoded
from .next_tokens import NextTokens, best_continuations


def greedy(
    first: NextTokens,
    step: Callable[..., NextTokens],
    *,
    shape: tuple[int, int],
    max_length: int,
    end_id: int,
    min_length: int = 0,
) -> Decoded:
    """Writes the most probable token at every step.

    Args:
        first, step, max_length, end_id: see `textzoo.inference.decoding`; `first` has a row per stream.
        shape: `(b, p)`.
        min_length: Minimum number of tokens before the end token.

    Returns:
        `Decoded`.
    """
    b, p = shape
    tokens = np.zeros((b, p, max_length + 1), "int32")
    log_probs, finished = np.zeros((b, p), "float32"), np.zeros((b, p), bool)
    parents, next_tokens = np.broadcast_to(np.arange(p), (b, p)), first
    for index in range(max_length + 1):
        if index == max_length:
            ids = np.full((b, p, 1), end_id, "int64")
            best = next_tokens.at(ids)
        else:
            best, ids = best_continuations(
                next_tokens, tokens, index=index, width=1, end_id=end_id, no_end=index < min_length
            )
        tokens[:, :, index] = np.where(finished, 0, ids[..., 0])
        log_probs += np.where(finished, 0, best[..., 0])
        finished |= tokens[:, :, index] == end_id
        if finished.all() or index == max_length:
            break
        next_tokens = step(tokens[:, :, index], parents=parents, alive=~finished)
    return Decoded(tokens=tokens, lengths=(tokens == end_id).argmax(axis=-1), log_probs=log_probs)
