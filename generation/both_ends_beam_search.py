"""Beam search from both ends to the middle."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from .decoding_loop import MASKED_LOGIT
from .gather import gather
from .hypotheses import NO_HYPOTHESIS, beams_a_direction, keep_best, length_divisor
from .logits_processors import LogitsProcessor


class JoinedBeams(NamedTuple):
    """The best pairs of halves, joined, best first.

    `tokens` int32 `[b, n, max_length + 1]` in reading order, one end token after them, then zeros; `scores` float32
    `[b, n]`, sums of the log-probabilities of both halves and both ends divided by the length penalty; `log_probs`
    float32 `[b, n]`, the sums; `lengths` int32 `[b, n]`, tokens without the end. A pair that does not exist scores -1e30.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any


class _Pairs(NamedTuple):
    tokens: Any
    scores: Any
    log_probs: Any


def both_ends_beam_search(
    step: Callable,
    logits,
    state,
    num_beams: int,
    max_length: int,
    end_id: int,
    length_penalty: float = 0.0,
    min_length: int = 0,
    no_repeat_ngram_size: int = 0,
) -> JoinedBeams:
    r"""The `num_beams / 2` best sequences whose first half is written from the left, the other one from the right.

    A hypothesis is a pair of halves, written in step, each ended by an end of its own and seeing only its partner; it
    scores $\log p \,/\, ((5 + n)/6)^{\alpha}$, where $\log p$ sums the tokens and ends of both halves and n counts the
    joined tokens and one end. The best pairs of continuations of all pairs go on, so that the sum is the model's own
    for what was written. Half the steps of a search that writes everything from one side.

    With k = `num_beams / 2` the step function gets `2 k` streams a source: the left halves of k pairs, then their right
    halves. A half that has ended is fed 0, which a model should hide as it hides padding; its end is never fed.

    Args:
        step: the step function, see `textzoo.generation`; its first call, of index 0, writes the first tokens.
        logits: float `[b, 2, vocab]`, of the first token from the left and from the right, after the start tokens.
        state: nest of tensors `[b, 2, ...]` after the start tokens.
        num_beams: int. Halves kept, both sides together; even.
        max_length: int. Joined tokens at most; the left half has at most half of them, rounded up, the right one half
            of them, rounded down.
        end_id: int. The token that ends a half.
        length_penalty: float >= 0; 0: plain sums.
        min_length: int. Joined tokens at least, shared between the halves as `max_length` is.
        no_repeat_ngram_size: int. No n-gram of this size twice in a half; 0: off.

    Returns:
        `JoinedBeams`, of k sequences.

    Raises:
        ValueError: `num_beams` is odd or below 2, `logits` are not of two directions, a negative penalty, or
            `min_length` above `max_length`.

    Example, two tokens and an end of 0.1; the first one is likelier from the left, the second one from the right:

    >>> import numpy as np
    >>> row = np.log([[[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]]).astype("float32")
    >>> step = lambda tokens, index, state: (ops.convert_to_tensor(row), state)
    >>> beams = both_ends_beam_search(step, row, (), num_beams=2, max_length=2, end_id=2, min_length=2)
    >>> beams.tokens[0, 0].numpy().tolist(), round(float(np.exp(beams.log_probs[0, 0])), 4)
    ([0, 1, 2], 0.0042)

    Reference:
        Zhou et al., Sequence Generation: From Both Sides to the Middle, IJCAI 2019.
    """
    k = beams_a_direction(num_beams, logits)
    LogitsProcessor(end_id, min_length, no_repeat_ngram_size).check(max_length)
    repeats = LogitsProcessor(end_id, no_repeat_ngram_size=no_repeat_ngram_size)
    limits, least = (ops.repeat(ops.array([(n + 1) // 2, n // 2]), k)[:, None] for n in (max_length, min_length))
    b, _, vocab = ops.shape(logits)
    longest = (max_length + 1) // 2
    slots, is_end = ops.arange(longest + 1), ops.arange(vocab) == end_id
    width = min(k + 1, vocab)
    count = min(2 * k, k * width**2)

    def continuations(logits, tokens, ended, index):
        """Log-probabilities `[b, 2 k, vocab]`; a half that has ended can only go on with a 0 that costs nothing."""
        log_probs = ops.log_softmax(ops.cast(ops.reshape(logits, (b, 2 * k, vocab)), "float32"), axis=-1)
        log_probs = repeats(log_probs, ops.reshape(tokens, (b, 2 * k, -1)), index)
        log_probs = ops.where(ops.where(is_end, index < least, index == limits), MASKED_LOGIT, log_probs)
        nothing = ops.where(ops.arange(vocab) == 0, 0.0, MASKED_LOGIT)
        return ops.where(ops.reshape(ended, (b, 2 * k, 1)), nothing, log_probs)

    def ends(tokens, index):
        """Whether halves that are written up to `index` have ended, and their lengths."""
        is_end = ops.logical_and(tokens == end_id, slots < index)
        ended = ops.any(is_end, axis=-1)
        return ended, ops.where(ended, ops.argmax(ops.cast(is_end, "int32"), axis=-1), index)

    def advance(index, alive, tokens, hypotheses, logits):
        best, token = ops.top_k(continuations(logits, tokens, ends(tokens, index)[0], index), width)
        best, token = (ops.reshape(x, (b, 2, k, width)) for x in (best, ops.cast(token, "int32")))
        total = alive[..., None, None] + best[:, 0, :, :, None] + best[:, 1, :, None, :]
        total, flat = ops.top_k(ops.reshape(total, (b, k * width**2)), count)
        parent, pair = ops.cast(flat // width**2, "int32"), ops.cast(flat % width**2, "int32")
        flat = parent[:, None] * width + ops.stack([pair // width, pair % width], axis=1)
        token = gather(ops.reshape(token, (b, 2, k * width)), flat)
        tokens = ops.where(slots == index, token[..., None], gather(tokens, both(parent)))
        ended, lengths = ends(tokens, index + 1)
        done, exists = ops.all(ended, axis=1), total > MASKED_LOGIT / 2
        hypotheses = keep_best(hypotheses, finished(total, done & exists & (ops.arange(count) < k), tokens, lengths))
        alive, best = ops.top_k(ops.where(done, NO_HYPOTHESIS, total), k)
        tokens, token = gather((tokens, ops.where(ended, 0, token)), both(best))
        return alive, tokens, hypotheses, gather(parent, best), token

    def both(index):
        return ops.stack([index, index], axis=1)

    def finished(total, where, tokens, lengths):
        scores = total / length_divisor(ops.sum(lengths, axis=1) + 1, length_penalty)
        scores, log_probs = (ops.where(where, x, NO_HYPOTHESIS) for x in (scores, total))
        return _Pairs(ops.moveaxis(tokens, 1, 2), scores, log_probs)

    def unfinished(index, alive, tokens, hypotheses, parent, token, state):
        reachable = ops.max(alive, axis=-1) / length_divisor(max_length + 1, length_penalty)
        return ops.any(ops.logical_and(alive[:, 0] > MASKED_LOGIT / 2, reachable > ops.min(hypotheses.scores, axis=-1)))

    def body(index, alive, tokens, hypotheses, parent, token, state):
        rows = ops.concatenate([parent, parent + k], axis=1)
        logits, state = step(ops.reshape(token, (b, 2 * k)), index, gather(state, rows))
        index = index + 1
        return index, *advance(index, alive, tokens, hypotheses, logits), state

    start, nothing = ops.zeros((), "int32"), ops.full((b, k), NO_HYPOTHESIS, "float32")
    hypotheses = _Pairs(ops.zeros((b, k, 2, longest + 1), "int32"), nothing, nothing)
    tokens = ops.zeros((b, 2, k, longest + 1), "int32")
    only_first = ops.broadcast_to(ops.where(ops.arange(k) == 0, 0.0, NO_HYPOTHESIS), (b, k))
    rows = ops.repeat(ops.broadcast_to(ops.arange(2, dtype="int32"), (b, 2)), k, axis=1)
    logits, state = gather((logits, state), rows)
    loop = (start, *advance(start, only_first, tokens, hypotheses, logits), state)
    hypotheses = ops.while_loop(unfinished, body, loop, maximum_iterations=longest)[3]
    return _join(hypotheses, max_length, end_id)


def _join(hypotheses: _Pairs, max_length, end_id) -> JoinedBeams:
    lengths = ops.cast(ops.argmax(ops.cast(hypotheses.tokens == end_id, "int32"), axis=-1), "int32")
    left, total = lengths[..., 0], ops.sum(lengths, axis=-1)
    place, (start, end) = ops.arange(max_length + 1, dtype="int32"), (left[..., None], total[..., None])
    place = ops.broadcast_to(place, (*ops.shape(total), max_length + 1))
    last = ops.shape(hypotheses.tokens)[-1] - 1
    from_left = gather(hypotheses.tokens[:, :, 0], ops.minimum(place, last))
    from_right = gather(hypotheses.tokens[:, :, 1], ops.clip(end - 1 - place, 0, last))
    tokens = ops.where(place < start, from_left, ops.where(place < end, from_right, 0))
    exists = hypotheses.scores[..., None] > NO_HYPOTHESIS / 2
    tokens = ops.where(ops.logical_and(place == end, exists), end_id, tokens)
    return JoinedBeams(tokens, hypotheses.scores, hypotheses.log_probs, total)
