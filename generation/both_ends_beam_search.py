"""Beam search from both ends to the middle."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from ..data.decoding_constants import MASKED_LOGIT, NO_HYPOTHESIS
from ..data.decoding_results import JoinedBeams
from ..data.search_options import SearchOptions
from .gather import gather
from .hypotheses import beams_per_direction, keep_best, length_divisor
from .logits_processors import LogitsProcessor


class _Loop(NamedTuple):
    """State of the loop after a token was written into slot `index` of each half.

    Attributes:
        index: int32 scalar.
        alive: float32 `[b, k]`, sums of the log-probabilities of the pairs, best first.
        tokens: int32 `[b, 2, k, slots]`.
        parent: int32 `[b, k]`, rank of each pair in the step before.
        token: int32 `[b, 2, k]`, tokens in slot `index`.
        hypotheses: `_Pairs` so far.
        state: state of the step function in the order of the step before.
    """

    index: Any
    alive: Any
    tokens: Any
    parent: Any
    token: Any
    hypotheses: Any
    state: Any


class _Pairs(NamedTuple):
    """Finished pairs of halves: `tokens` int32 `[b, k, 2, slots]`, `scores` and `log_probs` float32 `[b, k]`."""

    tokens: Any
    scores: Any
    log_probs: Any


def both_ends_beam_search(
    step: Callable,
    logits,
    *,
    state,
    max_length: int,
    end_id: int,
    options: SearchOptions,
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
        step, end_id: see `textzoo.generation`. The first call of `step`, with index 0, receives the first tokens.
        logits: float `[b, 2, vocab]`, logits of the first token from the left and from the right.
        state: nest of tensors `[b, 2, ...]`, the decoder state after both start tokens.
        max_length: int. Maximum number of joined tokens. The left half has at most half of them, rounded up, the right
            half at most half of them, rounded down.
        options: `SearchOptions`. `num_beams`, an even number, is the number of halves of both sides together.
            `min_length` counts joined tokens and is divided like `max_length`. `no_repeat_ngram_size` applies within
            each half.

    Returns:
        `JoinedBeams` of k sequences.

    Raises:
        ValueError: `num_beams` is odd, `logits` have not two rows, or `min_length` exceeds `max_length`.

    Example, two tokens and an end of probability 0.1; the first one is more probable from the left, the second one
    from the right:

    >>> import numpy as np
    >>> row = np.log([[[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]]).astype("float32")
    >>> step = lambda tokens, index, state: (ops.convert_to_tensor(row), state)
    >>> options = SearchOptions(num_beams=2, min_length=2)
    >>> beams = both_ends_beam_search(step, row, state=(), max_length=2, end_id=2, options=options)
    >>> beams.tokens[0, 0].numpy().tolist(), round(float(np.exp(beams.log_probs[0, 0])), 4)
    ([0, 1, 2], 0.0042)

    Reference:
        Zhou et al., Sequence Generation: From Both Sides to the Middle, IJCAI 2019.
    """
    k = beams_per_direction(options.num_beams, logits)
    options.check_max_length(max_length)
    block_ngrams = LogitsProcessor(end_id=end_id, no_repeat_ngram_size=options.no_repeat_ngram_size)
    max_lengths, min_lengths = (
        ops.repeat(ops.array([(n + 1) // 2, n // 2]), k)[:, None] for n in (max_length, options.min_length)
    )
    b, _, vocab = ops.shape(logits)
    max_half = (max_length + 1) // 2
    slots, is_end = ops.arange(max_half + 1), ops.arange(vocab) == end_id
    width = min(k + 1, vocab)
    count = min(2 * k, k * width**2)

    def continuations(loop, logits):
        """Returns log-probabilities `[b, 2 k, vocab]`; a half that has ended continues with 0 at no cost."""
        tokens, index = loop.tokens, loop.index
        ended, _ = ends(tokens, index)
        log_probs = ops.log_softmax(ops.cast(ops.reshape(logits, (b, 2 * k, vocab)), "float32"), axis=-1)
        log_probs = block_ngrams(log_probs, ops.reshape(tokens, (b, 2 * k, -1)), index=index)
        log_probs = ops.where(ops.where(is_end, index < min_lengths, index == max_lengths), MASKED_LOGIT, log_probs)
        only_zero = ops.where(ops.arange(vocab) == 0, 0.0, MASKED_LOGIT)
        return ops.where(ops.reshape(ended, (b, 2 * k, 1)), only_zero, log_probs)

    def ends(tokens, index):
        """Returns whether the halves, written before slot `index`, have ended, and their lengths."""
        is_end = ops.logical_and(tokens == end_id, slots < index)
        ended = ops.any(is_end, axis=-1)
        return ended, ops.where(ended, ops.argmax(ops.cast(is_end, "int32"), axis=-1), index)

    def advance(loop, logits):
        log_probs, token = ops.top_k(continuations(loop, logits), width)
        log_probs, token = (ops.reshape(x, (b, 2, k, width)) for x in (log_probs, ops.cast(token, "int32")))
        total = loop.alive[..., None, None] + log_probs[:, 0, :, :, None] + log_probs[:, 1, :, None, :]
        total, flat = ops.top_k(ops.reshape(total, (b, k * width**2)), count)
        parent, pair = ops.cast(flat // width**2, "int32"), ops.cast(flat % width**2, "int32")
        flat = parent[:, None] * width + ops.stack([pair // width, pair % width], axis=1)
        token = gather(ops.reshape(token, (b, 2, k * width)), flat)
        tokens = ops.where(slots == loop.index, token[..., None], gather(loop.tokens, both(parent)))
        ended, lengths = ends(tokens, loop.index + 1)
        done, exists = ops.all(ended, axis=1), total > MASKED_LOGIT / 2
        chosen = done & exists & (ops.arange(count) < k)
        hypotheses = keep_best(loop.hypotheses, finished(tokens, lengths, total=total, where=chosen))
        alive, best = ops.top_k(ops.where(done, NO_HYPOTHESIS, total), k)
        tokens, token = gather((tokens, ops.where(ended, 0, token)), both(best))
        return loop._replace(
            alive=alive, tokens=tokens, parent=gather(parent, best), token=token, hypotheses=hypotheses
        )

    def both(index):
        """Repeats an index of pairs `[b, m]` for their two halves: `[b, 2, m]`."""
        return ops.stack([index, index], axis=1)

    def finished(tokens, lengths, *, total, where):
        scores = total / length_divisor(ops.sum(lengths, axis=1) + 1, options.length_penalty)
        scores, log_probs = (ops.where(where, x, NO_HYPOTHESIS) for x in (scores, total))
        return _Pairs(tokens=ops.moveaxis(tokens, 1, 2), scores=scores, log_probs=log_probs)

    def unfinished(loop):
        alive, scores = loop.alive, loop.hypotheses.scores
        upper_bound = ops.max(alive, axis=-1) / length_divisor(max_length + 1, options.length_penalty)
        return ops.any(ops.logical_and(alive[:, 0] > MASKED_LOGIT / 2, upper_bound > ops.min(scores, axis=-1)))

    def body(loop):
        rows = ops.concatenate([loop.parent, loop.parent + k], axis=1)
        state = gather(loop.state, rows)
        logits, state = step(ops.reshape(loop.token, (b, 2 * k)), index=loop.index, state=state)
        return (advance(loop._replace(index=loop.index + 1, state=state), logits),)

    rows = ops.repeat(ops.broadcast_to(ops.arange(2, dtype="int32"), (b, 2)), k, axis=1)
    logits, state = gather((logits, state), rows)
    no_score = ops.full((b, k), NO_HYPOTHESIS, "float32")
    loop = _Loop(
        index=ops.zeros((), "int32"),
        alive=ops.broadcast_to(ops.where(ops.arange(k) == 0, 0.0, NO_HYPOTHESIS), (b, k)),
        tokens=ops.zeros((b, 2, k, max_half + 1), "int32"),
        parent=None,
        token=None,
        hypotheses=_Pairs(tokens=ops.zeros((b, k, 2, max_half + 1), "int32"), scores=no_score, log_probs=no_score),
        state=state,
    )
    (loop,) = ops.while_loop(unfinished, body, (advance(loop, logits),), maximum_iterations=max_half)
    return _join(loop.hypotheses, max_length=max_length, end_id=end_id)


def _join(hypotheses: _Pairs, *, max_length, end_id) -> JoinedBeams:
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
    return JoinedBeams(tokens=tokens, scores=hypotheses.scores, log_probs=hypotheses.log_probs, lengths=total)
