"""The loop of all beam searches that extend prefixes on one side: groups of beams in step."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from ..data.decoding_constants import MASKED_LOGIT, NO_HYPOTHESIS
from .gather import gather
from .hypotheses import Hypotheses, empty_hypotheses, keep_best, length_divisor
from .logits_processors import LogitsProcessor, force_eos


class SearchTrace(NamedTuple):
    """Record of a beam search: the m best continuations per group and step, best first; input of search trees.

    Attributes, all `[b, max_length + 1, g, m]`:
        parents: int32, rank of the prefix in the step before.
        tokens: int32.
        log_probs: float32, sum of the token log-probabilities so far; -1e30 or less where no continuation exists.
        ranks: int32, rank under which the continuation was kept as a prefix, -1 if it was not kept.
        finished: bool, whether the continuation became a finished hypothesis.
    """

    parents: Any
    tokens: Any
    log_probs: Any
    ranks: Any
    finished: Any


def beam_loop(
    step: Callable,
    logits,
    state,
    num_beams: int,
    max_length: int,
    end_id: int,
    length_penalty: float = 0.0,
    min_length: int = 0,
    no_repeat_ngram_size: int = 0,
    shared_hypotheses: bool = False,
    return_trace: bool = False,
) -> tuple[Hypotheses, Any]:
    """Extends the best prefixes of each group and keeps the best finished hypotheses.

    Args:
        step, logits, state, max_length, end_id, length_penalty, min_length, no_repeat_ngram_size: see
            `textzoo.generation`. The streams of a group are adjacent, best first.
        num_beams: int. Number of prefixes per group.
        shared_hypotheses: bool. Whether the groups of a source share one list of finished hypotheses.
        return_trace: bool. Whether to record every step.

    Returns:
        `Hypotheses` `[b, g, num_beams]`, or `[b, 1, g * num_beams]` with `shared_hypotheses`; and `SearchTrace`, or
        `()` without `return_trace`.

    Raises:
        ValueError: `length_penalty`, `min_length` or `no_repeat_ngram_size` is negative, or `min_length` exceeds
            `max_length`.

    Example: see `beam_search` and `bidirectional_beam_search`.
    """
    processor = LogitsProcessor(end_id, min_length, no_repeat_ngram_size)
    processor.check(max_length)
    b, g, vocab = ops.shape(logits)
    k, slots = num_beams, ops.arange(max_length + 1)
    width = min(k + 1, vocab)  # continuations per prefix: k besides the end token
    count = min(2 * k, k * width)  # continuations per group: at most k of them end
    num_lists = 1 if shared_hypotheses else g

    def expand(logits, alive, tokens, index):
        """Returns log-probabilities, parents and tokens `[b, g, count]` of the best continuations."""
        log_probs = ops.log_softmax(ops.cast(ops.reshape(logits, (b, g * k, vocab)), "float32"), axis=-1)
        log_probs = processor(log_probs, ops.reshape(tokens, (b, g * k, -1)), index)
        log_probs = force_eos(log_probs, end_id, index == max_length)
        log_probs, token = ops.top_k(log_probs, width)
        total = ops.reshape(alive[..., None] + ops.reshape(log_probs, (b, g, k, width)), (b, g, k * width))
        total, flat = ops.top_k(total, count)
        token = gather(ops.reshape(token, (b, g, k * width)), flat)
        return total, ops.cast(flat // width, "int32"), ops.cast(token, "int32")

    def candidates(prefixes, total, finished, index):
        """Returns all continuations as `Hypotheses`; unfinished ones have no score."""
        log_probs = ops.where(finished, total, NO_HYPOTHESIS)
        scores = ops.where(finished, total / length_divisor(index + 1, length_penalty), NO_HYPOTHESIS)
        lengths = ops.broadcast_to(index, (b, g, count))
        groups = ops.broadcast_to(ops.arange(g, dtype="int32")[:, None], (b, g, count))
        flat = (ops.reshape(x, (b, num_lists, -1)) for x in (scores, log_probs, lengths, groups))
        return Hypotheses(ops.reshape(prefixes, (b, num_lists, -1, max_length + 1)), *flat)

    def record(trace, at, new):
        return SearchTrace(*(ops.where(at, value[:, None], old) for old, value in zip(trace, new, strict=True)))

    def advance(index, alive, tokens, hypotheses, trace, logits):
        total, parent, token = expand(logits, alive, tokens, index)
        prefixes = ops.where(slots == index, token[..., None], gather(tokens, parent))
        ended, exists = token == end_id, total > MASKED_LOGIT / 2
        chosen = ops.logical_and(ops.arange(count) < k, exists)
        finished = ops.logical_and(ended, chosen)
        alive_next, best = ops.top_k(ops.where(ended, NO_HYPOTHESIS, total), k)
        if return_trace:
            kept = ops.logical_and(best[..., None, :] == ops.arange(count)[:, None], (exists & ~ended)[..., None])
            rank = ops.where(ops.any(kept, -1), ops.cast(ops.argmax(kept, -1), "int32"), -1)
            at = (slots == index)[:, None, None] & improvable(alive, hypotheses)[:, None, None, None]
            trace = record(trace, at, (parent, token, ops.where(exists, total, NO_HYPOTHESIS), rank, finished))
        hypotheses = keep_best(hypotheses, candidates(prefixes, total, finished, index))
        return alive_next, *gather((prefixes, parent, token), best), hypotheses, trace

    def improvable(alive, hypotheses):
        """Bool `[b]`: whether a prefix can still become one of the best hypotheses."""
        upper_bound = ops.max(alive, axis=-1) / length_divisor(max_length + 1, length_penalty)
        by_group = ops.logical_and(alive[..., 0] > MASKED_LOGIT / 2, upper_bound > ops.min(hypotheses.scores, axis=-1))
        return ops.any(by_group, axis=-1)

    def unfinished(index, alive, tokens, hypotheses, trace, parent, token, state):
        return ops.any(improvable(alive, hypotheses))

    def body(index, alive, tokens, hypotheses, trace, parent, token, state):
        rows = ops.reshape(parent + k * ops.arange(g, dtype="int32")[:, None], (b, g * k))
        state = state if k == 1 else gather(state, rows)
        logits, state = step(ops.reshape(token, (b, g * k)), index, state)
        index = index + 1
        alive, tokens, parent, token, hypotheses, trace = advance(index, alive, tokens, hypotheses, trace, logits)
        return index, alive, tokens, hypotheses, trace, parent, token, state

    start, trace = ops.zeros((), "int32"), ()
    if return_trace:
        shape = b, max_length + 1, g, count
        zeros = ops.zeros(shape, "int32")
        trace = SearchTrace(
            zeros, zeros, ops.full(shape, NO_HYPOTHESIS, "float32"), zeros - 1, ops.zeros(shape, "bool")
        )
    empty = (
        ops.zeros((b, g, k, max_length + 1), "int32"),
        empty_hypotheses((b, num_lists, g * k // num_lists), max_length + 1),
        trace,
    )
    only_first = ops.broadcast_to(ops.where(ops.arange(k) == 0, 0.0, NO_HYPOTHESIS), (b, g, k))
    rows = ops.repeat(ops.broadcast_to(ops.arange(g, dtype="int32"), (b, g)), k, axis=1)
    logits, state = gather((logits, state), rows)
    alive, tokens, parent, token, hypotheses, trace = advance(start, only_first, *empty, logits)
    loop_state = (start, alive, tokens, hypotheses, trace, parent, token, state)
    _, _, _, hypotheses, trace, *_ = ops.while_loop(unfinished, body, loop_state, maximum_iterations=max_length)
    return hypotheses, trace
