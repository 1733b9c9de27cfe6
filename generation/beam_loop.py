"""The loop of all beam searches that extend prefixes on one side: groups of beams in step."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
from keras import ops

from ..data.decoding_constants import MASKED_LOGIT, NO_HYPOTHESIS
from ..data.decoding_results import SearchTrace
from ..data.search_options import SearchOptions
from .gather import gather
from .hypotheses import Hypotheses, empty_hypotheses, keep_best, length_divisor
from .logits_processors import LogitsProcessor, force_eos


class _Loop(NamedTuple):
    """State of the loop after a token was written into slot `index`.

    Attributes:
        index: int32 scalar.
        alive: float32 `[b, g, k]`, sums of the log-probabilities of the prefixes, best first.
        tokens: int32 `[b, g, k, slots]`.
        parent: int32 `[b, g, k]`, rank of each prefix in the step before.
        token: int32 `[b, g, k]`, token of each prefix in slot `index`.
        hypotheses: `Hypotheses` so far.
        trace: `SearchTrace` so far, or `()`.
        state: state of the step function in the order of the step before.
    """

    index: Any
    alive: Any
    tokens: Any
    parent: Any
    token: Any
    hypotheses: Hypotheses
    trace: Any
    state: Any


def beam_loop(
    step: Callable,
    logits,
    *,
    state,
    max_length: int,
    end_id: int,
    options: SearchOptions,
    shared_hypotheses: bool = False,
    return_trace: bool = False,
) -> tuple[Hypotheses, Any]:
    """Extends the best prefixes of each group and keeps the best finished hypotheses.

    Args:
        step, logits, state, max_length, end_id: see `textzoo.generation`. The streams of a group are adjacent, best
            first.
        options: `SearchOptions`; `num_beams` is the number of prefixes per group.
        shared_hypotheses: bool. Whether the groups of a source share one list of finished hypotheses.
        return_trace: bool. Whether to record every step.

    Returns:
        `Hypotheses` `[b, g, num_beams]`, or `[b, 1, g * num_beams]` with `shared_hypotheses`; and `SearchTrace`, or
        `()` without `return_trace`.

    Raises:
        ValueError: `min_length` exceeds `max_length`.

    Example: see `beam_search` and `bidirectional_beam_search`.
    """
    options.check_max_length(max_length)
    processor = LogitsProcessor(
        end_id=end_id, min_length=options.min_length, no_repeat_ngram_size=options.no_repeat_ngram_size
    )
    b, g, vocab = ops.shape(logits)
    k, slots = options.num_beams, ops.arange(max_length + 1)
    width = min(k + 1, vocab)  # continuations per prefix: k besides the end token
    count = min(2 * k, k * width)  # continuations per group: at most k of them end
    num_lists = 1 if shared_hypotheses else g

    def expand(loop, logits):
        """Returns log-probabilities, parents and tokens `[b, g, count]` of the best continuations."""
        log_probs = ops.log_softmax(ops.cast(ops.reshape(logits, (b, g * k, vocab)), "float32"), axis=-1)
        log_probs = processor(log_probs, ops.reshape(loop.tokens, (b, g * k, max_length + 1)), index=loop.index)
        log_probs = force_eos(log_probs, end_id, forced=loop.index == max_length)
        log_probs, token = ops.top_k(log_probs, width)
        total = ops.reshape(loop.alive[..., None] + ops.reshape(log_probs, (b, g, k, width)), (b, g, k * width))
        total, flat = ops.top_k(total, count)
        token = gather(ops.reshape(token, (b, g, k * width)), flat)
        return total, ops.cast(flat // width, "int32"), ops.cast(token, "int32")

    def candidates(prefixes, total, *, finished, index):
        """Returns all continuations as `Hypotheses`; unfinished ones have no score."""
        log_probs = ops.where(finished, total, NO_HYPOTHESIS)
        scores = ops.where(finished, total / length_divisor(index + 1, options.length_penalty), NO_HYPOTHESIS)
        lengths = ops.broadcast_to(index, (b, g, count))
        groups = ops.broadcast_to(ops.arange(g, dtype="int32")[:, None], (b, g, count))
        scores, log_probs, lengths, groups = (
            ops.reshape(x, (b, num_lists, -1)) for x in (scores, log_probs, lengths, groups)
        )
        tokens = ops.reshape(prefixes, (b, num_lists, -1, max_length + 1))
        return Hypotheses(tokens=tokens, scores=scores, log_probs=log_probs, lengths=lengths, groups=groups)

    def advance(loop, logits):
        total, parent, token = expand(loop, logits)
        prefixes = ops.where(slots == loop.index, token[..., None], gather(loop.tokens, parent))
        ended, exists = token == end_id, total > MASKED_LOGIT / 2
        chosen = ops.logical_and(ops.arange(count) < k, exists)
        finished = ops.logical_and(ended, chosen)
        alive, best = ops.top_k(ops.where(ended, NO_HYPOTHESIS, total), k)
        trace = loop.trace
        if return_trace:
            kept = ops.logical_and(best[..., None, :] == ops.arange(count)[:, None], (exists & ~ended)[..., None])
            new = SearchTrace(
                parents=parent,
                tokens=token,
                log_probs=ops.where(exists, total, NO_HYPOTHESIS),
                ranks=ops.where(ops.any(kept, -1), ops.cast(ops.argmax(kept, -1), "int32"), -1),
                finished=finished,
            )
            at = (slots == loop.index)[:, None, None] & improvable(loop)[:, None, None, None]
            trace = keras.tree.map_structure(lambda old, value: ops.where(at, value[:, None], old), trace, new)
        continuations = candidates(prefixes, total, finished=finished, index=loop.index)
        hypotheses = keep_best(loop.hypotheses, continuations)
        tokens, parent, token = gather((prefixes, parent, token), best)
        return loop._replace(alive=alive, tokens=tokens, parent=parent, token=token, hypotheses=hypotheses, trace=trace)

    def improvable(loop):
        """Bool `[b]`: whether a prefix can still become one of the best hypotheses."""
        alive, scores = loop.alive, loop.hypotheses.scores
        upper_bound = ops.max(alive, axis=-1) / length_divisor(max_length + 1, options.length_penalty)
        by_group = ops.logical_and(alive[..., 0] > MASKED_LOGIT / 2, upper_bound > ops.min(scores, axis=-1))
        return ops.any(by_group, axis=-1)

    def unfinished(loop):
        return ops.any(improvable(loop))

    def body(loop):
        rows = ops.reshape(loop.parent + k * ops.arange(g, dtype="int32")[:, None], (b, g * k))
        state = loop.state if k == 1 else gather(loop.state, rows)
        logits, state = step(ops.reshape(loop.token, (b, g * k)), index=loop.index, state=state)
        return (advance(loop._replace(index=loop.index + 1, state=state), logits),)

    trace: Any = ()
    if return_trace:
        shape = b, max_length + 1, g, count
        zeros = ops.zeros(shape, "int32")
        trace = SearchTrace(
            parents=zeros,
            tokens=zeros,
            log_probs=ops.full(shape, NO_HYPOTHESIS, "float32"),
            ranks=zeros - 1,
            finished=ops.zeros(shape, "bool"),
        )
    rows = ops.repeat(ops.broadcast_to(ops.arange(g, dtype="int32"), (b, g)), k, axis=1)
    logits, state = gather((logits, state), rows)
    loop = _Loop(
        index=ops.zeros((), "int32"),
        alive=ops.broadcast_to(ops.where(ops.arange(k) == 0, 0.0, NO_HYPOTHESIS), (b, g, k)),
        tokens=ops.zeros((b, g, k, max_length + 1), "int32"),
        parent=None,
        token=None,
        hypotheses=empty_hypotheses((b, num_lists, g * k // num_lists), max_length + 1),
        trace=trace,
        state=state,
    )
    (loop,) = ops.while_loop(unfinished, body, (advance(loop, logits),), maximum_iterations=max_length)
    return loop.hypotheses, loop.trace
