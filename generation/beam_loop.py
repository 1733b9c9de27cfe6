"""Groups of beams grown in step: what the searches in one and in two directions share."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from .decoding_loop import MASKED_LOGIT, force_eos
from .gather import gather
from .hypotheses import NO_HYPOTHESIS, Hypotheses, empty_hypotheses, keep_best, length_divisor
from .logits_processors import LogitsProcessor


class SearchTrace(NamedTuple):
    """What a search looked at: m continuations a group and step, best first; what a tree is drawn from.

    All `[b, max_length + 1, g, m]`. `parents` int32, the rank of the prefix in the step before; `tokens` int32;
    `log_probs` float32, the sum with the token, -1e30 or less where there is none; `ranks` int32, the rank under which
    the continuation was kept, -1 for one that was not; `finished` bool, whether it entered the pool.
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
    """`beam_search` with a pool for each group, `[b, g, num_beams]`, or one for all, `[b, 1, g * num_beams]`.

    Args:
        step: the step function, see `textzoo.generation`; it sees `g * num_beams` streams a source, those of one group
            side by side, best first.
        logits: float `[b, g, vocab]`, of the first token.
        state: nest of tensors `[b, g, ...]` before it.
        num_beams: int. Prefixes kept a group.
        max_length: int. Tokens at most; then a hypothesis is ended.
        end_id: int. The token that ends a hypothesis.
        length_penalty: float >= 0; 0: plain sums.
        min_length: int. Tokens before the end is allowed.
        no_repeat_ngram_size: int. No n-gram of this size twice in a hypothesis; 0: off.
        shared_hypotheses: bool. Whether the groups of a source share one pool.
        return_trace: bool. Whether to note every step.

    Returns:
        `Hypotheses`, and `SearchTrace` (`()` without `return_trace`).

    Raises:
        ValueError: a negative penalty, or `min_length` above `max_length`.

    Example: see `beam_search` and `bidirectional_beam_search`.
    """
    penalties = LogitsProcessor(end_id, min_length, no_repeat_ngram_size)
    penalties.check(max_length)
    b, g, vocab = ops.shape(logits)
    k, slots = num_beams, ops.arange(max_length + 1)
    width = min(k + 1, vocab)
    count = min(2 * k, k * width)
    num_groups = 1 if shared_hypotheses else g

    def expand(logits, alive, tokens, index):
        """The 2k best continuations of the prefixes: their sums, parents and tokens."""
        log_probs = ops.log_softmax(ops.cast(ops.reshape(logits, (b, g * k, vocab)), "float32"), axis=-1)
        log_probs = penalties(log_probs, ops.reshape(tokens, (b, g * k, -1)), index)
        log_probs = force_eos(log_probs, end_id, index == max_length)
        best, token = ops.top_k(log_probs, width)
        total = ops.reshape(alive[..., None] + ops.reshape(best, (b, g, k, width)), (b, g, k * width))
        total, flat = ops.top_k(total, count)
        token = gather(ops.reshape(token, (b, g, k * width)), flat)
        return total, ops.cast(flat // width, "int32"), ops.cast(token, "int32")

    def candidates(prefixes, total, finished, index):
        """All continuations as a pool, where only the finished have a score."""
        log_probs = ops.where(finished, total, NO_HYPOTHESIS)
        scores = ops.where(finished, total / length_divisor(index + 1, length_penalty), NO_HYPOTHESIS)
        lengths = ops.broadcast_to(index, (b, g, count))
        groups = ops.broadcast_to(ops.arange(g, dtype="int32")[:, None], (b, g, count))
        flat = (ops.reshape(x, (b, num_groups, -1)) for x in (scores, log_probs, lengths, groups))
        return Hypotheses(ops.reshape(prefixes, (b, num_groups, -1, max_length + 1)), *flat)

    def note(steps, at, new):
        return SearchTrace(*(ops.where(at, value[:, None], old) for old, value in zip(steps, new, strict=True)))

    def advance(index, alive, tokens, hypotheses, steps, logits):
        total, parent, token = expand(logits, alive, tokens, index)
        prefixes = ops.where(slots == index, token[..., None], gather(tokens, parent))
        ended, exists = token == end_id, total > MASKED_LOGIT / 2
        chosen = ops.logical_and(ops.arange(count) < k, exists)
        finished = ops.logical_and(ended, chosen)
        going, best = ops.top_k(ops.where(ended, NO_HYPOTHESIS, total), k)
        if return_trace:
            kept = ops.logical_and(best[..., None, :] == ops.arange(count)[:, None], (exists & ~ended)[..., None])
            rank = ops.where(ops.any(kept, -1), ops.cast(ops.argmax(kept, -1), "int32"), -1)
            at = (slots == index)[:, None, None] & open_rows(alive, hypotheses)[:, None, None, None]
            steps = note(steps, at, (parent, token, ops.where(exists, total, NO_HYPOTHESIS), rank, finished))
        hypotheses = keep_best(hypotheses, candidates(prefixes, total, finished, index))
        return going, *gather((prefixes, parent, token), best), hypotheses, steps

    def open_rows(alive, hypotheses):
        """Bool `[b]`: whether a prefix can still enter a pool."""
        reachable = ops.max(alive, axis=-1) / length_divisor(max_length + 1, length_penalty)
        hopeful = ops.logical_and(alive[..., 0] > MASKED_LOGIT / 2, reachable > ops.min(hypotheses.scores, axis=-1))
        return ops.any(hopeful, axis=-1)

    def unfinished(index, alive, tokens, hypotheses, steps, parent, token, state):
        return ops.any(open_rows(alive, hypotheses))

    def body(index, alive, tokens, hypotheses, steps, parent, token, state):
        rows = ops.reshape(parent + k * ops.arange(g, dtype="int32")[:, None], (b, g * k))
        state = state if k == 1 else gather(state, rows)
        logits, state = step(ops.reshape(token, (b, g * k)), index, state)
        index = index + 1
        alive, tokens, parent, token, hypotheses, steps = advance(index, alive, tokens, hypotheses, steps, logits)
        return index, alive, tokens, hypotheses, steps, parent, token, state

    start, steps = ops.zeros((), "int32"), ()
    if return_trace:
        shape = b, max_length + 1, g, count
        zeros = ops.zeros(shape, "int32")
        steps = SearchTrace(
            zeros, zeros, ops.full(shape, NO_HYPOTHESIS, "float32"), zeros - 1, ops.zeros(shape, "bool")
        )
    begun = (
        ops.zeros((b, g, k, max_length + 1), "int32"),
        empty_hypotheses((b, num_groups, g * k // num_groups), max_length + 1),
        steps,
    )
    only_first = ops.broadcast_to(ops.where(ops.arange(k) == 0, 0.0, NO_HYPOTHESIS), (b, g, k))
    rows = ops.repeat(ops.broadcast_to(ops.arange(g, dtype="int32"), (b, g)), k, axis=1)
    logits, state = gather((logits, state), rows)
    alive, tokens, parent, token, hypotheses, steps = advance(start, only_first, *begun, logits)
    loop = (start, alive, tokens, hypotheses, steps, parent, token, state)
    _, _, _, hypotheses, steps, *_ = ops.while_loop(unfinished, body, loop, maximum_iterations=max_length)
    return hypotheses, steps
