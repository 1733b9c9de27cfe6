"""Beam search from both ends to the middle."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from ..data.decoding_constants import MASKED_LOGIT, NO_HYPOTHESIS
from .gather import gather
from .hypotheses import beams_per_direction, keep_best, length_divisor
from .logits_processors import LogitsProcessor


class JoinedBeams(NamedTuple):
    """The n best pairs of halves, joined, best first.

    A pair that does not exist scores -1e30.

    Attributes:
        tokens: int32 `[b, n, max_length + 1]` from left to right, then one end token and zeros.
        scores: float32 `[b, n]`, sums of the log-probabilities of both halves with their end tokens, divided by the
            length normalisation.
        log_probs: float32 `[b, n]`, the sums.
        lengths: int32 `[b, n]`, tokens without the end token.
    """

    tokens: Any
    scores: Any
    log_probs: Any
    lengths: Any


class _Pairs(NamedTuple):
    """Finished pairs of halves: `tokens` int32 `[b, k, 2, slots]`, `scores` and `log_probs` float32 `[b, k]`."""

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
    r"""Finds `num_beams / 2` probable sequences, each written half from the left and half from the right.

    A hypothesis is a pair of halves that are written in step. Each half has its own end token and sees only its
    partner. The pair scores $\log p \,/\, ((5 + n)/6)^{\alpha}$: $\log p$ sums the tokens and end tokens of both
    halves, n counts the joined tokens and one end token, $\alpha$ is the length penalty. Each step keeps the best pairs
    of continuations. The search needs half the steps of a search from one side.

    With k = `num_beams / 2` the step function receives 2 k streams per source: the left halves of k pairs, then their
    right halves. A half that has ended receives token 0, which a model should mask like padding; its end token is
    never fed.

    Args:
        step, end_id, length_penalty: see `textzoo.generation`. The first call of `step`, with index 0, receives the
            first tokens.
        logits: float `[b, 2, vocab]`, logits of the first token from the left and from the right.
        state: nest of tensors `[b, 2, ...]`, the decoder state after both start tokens.
        num_beams: int, even. Number of halves of both sides together.
        max_length: int. Maximum number of joined tokens. The left half has at most half of them, rounded up, the right
            half at most half of them, rounded down.
        min_length: int. Minimum number of joined tokens, divided between the halves like `max_length`.
        no_repeat_ngram_size: int. No n-gram of this size occurs twice in a half; 0 turns the rule off.

    Returns:
        `JoinedBeams` of k sequences.

    Raises:
        ValueError: `num_beams` is odd or below 2, `logits` have not two rows, `length_penalty`, `min_length` or
            `no_repeat_ngram_size` is negative, or `min_length` exceeds `max_length`.

    Example, two tokens and an end of probability 0.1; the first one is more probable from the left, the second one
    from the right:

    >>> import numpy as np
    >>> row = np.log([[[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]]).astype("float32")
    >>> step = lambda tokens, index, state: (ops.convert_to_tensor(row), state)
    >>> beams = both_ends_beam_search(step, row, (), num_beams=2, max_length=2, end_id=2, min_length=2)
    >>> beams.tokens[0, 0].numpy().tolist(), round(float(np.exp(beams.log_probs[0, 0])), 4)
    ([0, 1, 2], 0.0042)

    Reference:
        Zhou et al., Sequence Generation: From Both Sides to the Middle, IJCAI 2019.
    """
    k = beams_per_direction(num_beams, logits)
    LogitsProcessor(end_id, min_length, no_repeat_ngram_size).check(max_length)
    block_ngrams = LogitsProcessor(end_id, no_repeat_ngram_size=no_repeat_ngram_size)
    max_lengths, min_lengths = (
        ops.repeat(ops.array([(n + 1) // 2, n // 2]), k)[:, None] for n in (max_length, min_length)
    )
    b, _, vocab = ops.shape(logits)
    max_half = (max_length + 1) // 2
    slots, is_end = ops.arange(max_half + 1), ops.arange(vocab) == end_id
    width = min(k + 1, vocab)
    count = min(2 * k, k * width**2)

    def continuations(logits, tokens, ended, index):
        """Returns log-probabilities `[b, 2 k, vocab]`; a half that has ended continues with 0 at no cost."""
        log_probs = ops.log_softmax(ops.cast(ops.reshape(logits, (b, 2 * k, vocab)), "float32"), axis=-1)
        log_probs = block_ngrams(log_probs, ops.reshape(tokens, (b, 2 * k, -1)), index)
        log_probs = ops.where(ops.where(is_end, index < min_lengths, index == max_lengths), MASKED_LOGIT, log_probs)
        only_zero = ops.where(ops.arange(vocab) == 0, 0.0, MASKED_LOGIT)
        return ops.where(ops.reshape(ended, (b, 2 * k, 1)), only_zero, log_probs)

    def ends(tokens, index):
        """Returns whether the halves, written before slot `index`, have ended, and their lengths."""
        is_end = ops.logical_and(tokens == end_id, slots < index)
        ended = ops.any(is_end, axis=-1)
        return ended, ops.where(ended, ops.argmax(ops.cast(is_end, "int32"), axis=-1), index)

    def advance(index, alive, tokens, hypotheses, logits):
        log_probs, token = ops.top_k(continuations(logits, tokens, ends(tokens, index)[0], index), width)
        log_probs, token = (ops.reshape(x, (b, 2, k, width)) for x in (log_probs, ops.cast(token, "int32")))
        total = alive[..., None, None] + log_probs[:, 0, :, :, None] + log_probs[:, 1, :, None, :]
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
        """Repeats an index of pairs `[b, m]` for their two halves: `[b, 2, m]`."""
        return ops.stack([index, index], axis=1)

    def finished(total, where, tokens, lengths):
        scores = total / length_divisor(ops.sum(lengths, axis=1) + 1, length_penalty)
        scores, log_probs = (ops.where(where, x, NO_HYPOTHESIS) for x in (scores, total))
        return _Pairs(ops.moveaxis(tokens, 1, 2), scores, log_probs)

    def unfinished(index, alive, tokens, hypotheses, parent, token, state):
        upper_bound = ops.max(alive, axis=-1) / length_divisor(max_length + 1, length_penalty)
        improvable = ops.logical_and(alive[:, 0] > MASKED_LOGIT / 2, upper_bound > ops.min(hypotheses.scores, axis=-1))
        return ops.any(improvable)

    def body(index, alive, tokens, hypotheses, parent, token, state):
        rows = ops.concatenate([parent, parent + k], axis=1)
        logits, state = step(ops.reshape(token, (b, 2 * k)), index, gather(state, rows))
        index = index + 1
        return index, *advance(index, alive, tokens, hypotheses, logits), state

    start, no_score = ops.zeros((), "int32"), ops.full((b, k), NO_HYPOTHESIS, "float32")
    hypotheses = _Pairs(ops.zeros((b, k, 2, max_half + 1), "int32"), no_score, no_score)
    tokens = ops.zeros((b, 2, k, max_half + 1), "int32")
    only_first = ops.broadcast_to(ops.where(ops.arange(k) == 0, 0.0, NO_HYPOTHESIS), (b, k))
    rows = ops.repeat(ops.broadcast_to(ops.arange(2, dtype="int32"), (b, 2)), k, axis=1)
    logits, state = gather((logits, state), rows)
    loop_state = (start, *advance(start, only_first, tokens, hypotheses, logits), state)
    hypotheses = ops.while_loop(unfinished, body, loop_state, maximum_iterations=max_half)[3]
    return _join(hypotheses, max_length, end_id)


def _join(hypotheses: _Pairs, max_length, end_id) -> JoinedBeams:
    """Concatenates the left halves, the reversed right halves and one end token."""
    lengths = ops.cast(ops.argmax(ops.cast(hypotheses.tokens == end_id, "int32"), axis=-1), "int32")
    total = ops.sum(lengths, axis=-1)
    left, joined = lengths[..., :1], total[..., None]
    slots = ops.broadcast_to(ops.arange(max_length + 1, dtype="int32"), (*ops.shape(total), max_length + 1))
    last = ops.shape(hypotheses.tokens)[-1] - 1
    from_left = gather(hypotheses.tokens[:, :, 0], ops.minimum(slots, last))
    from_right = gather(hypotheses.tokens[:, :, 1], ops.clip(joined - 1 - slots, 0, last))
    tokens = ops.where(slots < left, from_left, ops.where(slots < joined, from_right, 0))
    exists = hypotheses.scores[..., None] > NO_HYPOTHESIS / 2
    tokens = ops.where(ops.logical_and(slots == joined, exists), end_id, tokens)
    return JoinedBeams(tokens, hypotheses.scores, hypotheses.log_probs, total)
