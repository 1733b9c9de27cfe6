"""Beam search that keeps finished hypotheses."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from .decode import HIDDEN, gather_streams, only_end
from .penalties import Penalties

IMPOSSIBLE = -1e30


class Beams(NamedTuple):
    """The best hypotheses of every group, best first.

    `tokens` int32 `[b, g, k, max_length + 1]`, the end token included and zeros after it; `scores` float32 `[b, g, k]`,
    sums of token log-probabilities divided by the length penalty; `log_probs` float32 `[b, g, k]`, the sums; `lengths`
    int32 `[b, g, k]`, tokens without the end. A hypothesis that does not exist scores -1e30 or less.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any


def length_divisor(length, length_penalty):
    """((5 + length) / 6) ^ length_penalty, `length` with the end token."""
    return ((5.0 + ops.cast(length, "float32")) / 6.0) ** length_penalty


def beam_search(
    step: Callable,
    logits,
    state,
    num_beams: int,
    max_length: int,
    end_id: int,
    length_penalty: float = 0.0,
    min_length: int = 0,
    no_repeat_ngram: int = 0,
) -> Beams:
    r"""The `num_beams` best sequences found by extending the best `num_beams` prefixes.

    A hypothesis scores $\sum_t \log p(y_t) \,/\, ((5 + n)/6)^{\alpha}$ over its n tokens, the end included; $\alpha$ is
    the length penalty. A hypothesis is finished when its end is among the `num_beams` best continuations, so that one
    beam is greedy decoding; it stays in a pool of its own, and the search stops when no prefix can enter that.

    Args:
        step: the step function, see `textzoo.generation`; it sees `g * num_beams` streams a source.
        logits: float `[b, g, vocab]`, of the first token of each of g groups a source.
        state: nest of tensors `[b, g, ...]` before the first token.
        num_beams: int. Prefixes kept a group.
        max_length: int. Tokens at most; then a hypothesis is ended.
        end_id: int. The token that ends a hypothesis.
        length_penalty: float >= 0; 0: plain sums.
        min_length: int. Tokens before the end is allowed.
        no_repeat_ngram: int. No n-gram of this size twice in a hypothesis; 0: off.

    Returns:
        `Beams`.

    Raises:
        ValueError: fewer than one beam, a negative penalty, or `min_length` above `max_length`.

    Example, two tokens of probability 0.6 and 0.3, and an end of 0.1:

    >>> import numpy as np
    >>> row = np.log([[[0.6, 0.3, 0.1]]]).astype("float32")
    >>> step = lambda tokens, index, state: (ops.broadcast_to(row, (1, 2, 3)), state)
    >>> beams = beam_search(step, row, (), num_beams=2, max_length=1, end_id=2)
    >>> beams.tokens[0, 0].numpy().tolist(), np.exp(beams.scores[0, 0]).round(3).tolist()
    ([[0, 2], [1, 2]], [0.05999999865889549, 0.029999999329447746])

    Reference:
        Wu et al., arXiv 1609.08144, for the length penalty.
    """
    if num_beams < 1 or length_penalty < 0:
        raise ValueError(
            f"Expected num_beams of 1 or more and length_penalty of 0 or more. Received: {num_beams}, {length_penalty}"
        )
    penalties = Penalties(end_id, min_length, no_repeat_ngram)
    penalties.check(max_length)
    b, g, vocab = ops.shape(logits)
    k, slots = num_beams, ops.arange(max_length + 1)
    width = min(k + 1, vocab)

    def expand(logits, alive, tokens, index):
        """The 2k best continuations of the prefixes: their sums, parents, tokens, and the prefixes they extend."""
        log_probs = ops.log_softmax(ops.cast(ops.reshape(logits, (b, g * k, vocab)), "float32"), axis=-1)
        log_probs = penalties(log_probs, ops.reshape(tokens, (b, g * k, -1)), index)
        log_probs = only_end(log_probs, end_id, index == max_length)
        best, token = ops.top_k(log_probs, width)
        total = ops.reshape(alive[..., None] + ops.reshape(best, (b, g, k, width)), (b, g, k * width))
        total, flat = ops.top_k(total, min(2 * k, k * width))
        token = ops.take_along_axis(ops.reshape(token, (b, g, k * width)), flat, axis=-1)
        return total, ops.cast(flat // width, "int32"), ops.cast(token, "int32")

    def take(values, index):
        """`values` `[b, g, n(, slots)]` at `index` `[b, g, m]` of the third axis."""
        if len(values.shape) == len(index.shape):
            return ops.take_along_axis(values, index, axis=2)
        return ops.take_along_axis(values, index[..., None], axis=2)

    def advance(index, alive, tokens, pool, logits):
        total, parent, token = expand(logits, alive, tokens, index)
        prefixes = ops.where(slots == index, token[..., None], take(tokens, parent))
        ended = token == end_id
        chosen = ops.logical_and(ops.arange(ops.shape(total)[-1]) < k, total > HIDDEN / 2)
        finished = ops.where(ops.logical_and(ended, chosen), total, IMPOSSIBLE)
        pool_tokens = ops.concatenate([pool.tokens, prefixes], axis=2)
        pool_log_probs = ops.concatenate([pool.log_probs, finished], axis=2)
        pool_scores = ops.concatenate([pool.scores, finished / length_divisor(index + 1, length_penalty)], axis=2)
        pool_lengths = ops.concatenate([pool.lengths, ops.broadcast_to(index, ops.shape(token))], axis=2)
        scores, best = ops.top_k(pool_scores, k)
        pool = Beams(take(pool_tokens, best), scores, take(pool_log_probs, best), take(pool_lengths, best))
        alive, best = ops.top_k(ops.where(ended, IMPOSSIBLE, total), k)
        return alive, take(prefixes, best), take(parent, best), take(token, best), pool

    def promising(index, alive, tokens, pool, parent, token, state):
        reachable = ops.max(alive, axis=-1) / length_divisor(max_length + 1, length_penalty)
        return ops.any(ops.logical_and(alive[..., 0] > HIDDEN / 2, reachable > ops.min(pool.scores, axis=-1)))

    def body(index, alive, tokens, pool, parent, token, state):
        rows = ops.reshape(parent + k * ops.arange(g, dtype="int32")[:, None], (b, g * k))
        logits, state = step(ops.reshape(token, (b, g * k)), index, gather_streams(state, rows))
        index = index + 1
        alive, tokens, parent, token, pool = advance(index, alive, tokens, pool, logits)
        return index, alive, tokens, pool, parent, token, state

    start = ops.zeros((), "int32")
    empty = ops.zeros((b, g, k, max_length + 1), "int32")
    pool = Beams(
        empty,
        ops.full((b, g, k), IMPOSSIBLE, "float32"),
        ops.full((b, g, k), IMPOSSIBLE, "float32"),
        ops.zeros((b, g, k), "int32"),
    )
    only_first = ops.broadcast_to(ops.where(ops.arange(k) == 0, 0.0, IMPOSSIBLE), (b, g, k))
    rows = ops.repeat(ops.broadcast_to(ops.arange(g, dtype="int32"), (b, g)), k, axis=1)
    first = gather_streams(logits, rows)
    alive, tokens, parent, token, pool = advance(start, only_first, empty, pool, first)
    state = gather_streams(state, rows)
    loop = (start, alive, tokens, pool, parent, token, state)
    _, _, _, pool, *_ = ops.while_loop(promising, body, loop, maximum_iterations=max_length)
    return pool
