"""The loop under greedy decoding and sampling."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from ..data.score_constants import MASKED_LOGIT
from .gather import gather


class Decoded(NamedTuple):
    """`tokens` int32 `[b, p, max_length + 1]`, the end included, zeros after; `lengths` int32 `[b, p]` without;
    `log_probs` float32 `[b, p]`, of all tokens and the end under the step function's own softmax."""

    tokens: Any
    lengths: Any
    log_probs: Any


def decode(step: Callable, logits, state, choose: Callable, choice_state, max_length: int, end_id: int) -> Decoded:
    """Write token after token until every stream has ended.

    Args:
        step: the step function, see `textzoo.generation`.
        logits: float `[b, p, vocab]`, of the first token.
        state: nest of tensors `[b, p, ...]` before the first token.
        choose: `(logits, index, tokens, choice_state) -> (token [b, p], choice_state)`; at `index == max_length` it
            must choose the end token.
        choice_state: nest of tensors, what `choose` carries along.
        max_length: int. Tokens at most, the end token not counted.
        end_id: int. The token that ends a stream.

    Returns:
        `Decoded`.

    Example: see `greedy`.
    """
    b, p = ops.shape(logits)[:2]
    slots = ops.arange(max_length + 1)

    def write(index, tokens, log_probs, finished, logits, choice_state):
        token, choice_state = choose(logits, index, tokens, choice_state)
        token = ops.where(finished, 0, ops.cast(token, "int32"))
        tokens = ops.where(slots == index, token[..., None], tokens)
        logits = ops.cast(logits, "float32")
        log_prob = gather(logits, token[..., None])[..., 0] - ops.logsumexp(logits, axis=-1)
        log_probs = log_probs + ops.where(finished, 0.0, log_prob)
        return tokens, log_probs, ops.logical_or(finished, token == end_id), token, choice_state

    def unfinished(index, tokens, log_probs, finished, token, state, choice_state):
        return ops.logical_not(ops.all(finished))

    def body(index, tokens, log_probs, finished, token, state, choice_state):
        logits, state = step(token, index, state)
        index = index + 1
        tokens, log_probs, finished, token, choice_state = write(
            index, tokens, log_probs, finished, logits, choice_state
        )
        return index, tokens, log_probs, finished, token, state, choice_state

    start = ops.zeros((), "int32")
    begun = ops.zeros((b, p, max_length + 1), "int32"), ops.zeros((b, p)), ops.zeros((b, p), "bool")
    tokens, log_probs, finished, token, choice_state = write(start, *begun, logits, choice_state)
    loop = (start, tokens, log_probs, finished, token, state, choice_state)
    _, tokens, log_probs, *_ = ops.while_loop(unfinished, body, loop, maximum_iterations=max_length)
    ended = ops.cast(tokens == end_id, "int32")
    return Decoded(tokens, ops.argmax(ended, axis=-1), log_probs)


def force_eos(logits, end_id, forced):
    """`logits` where not `forced`, else all but the end token hidden."""
    is_end = ops.arange(ops.shape(logits)[-1]) == end_id
    return ops.where(ops.logical_and(forced, ops.logical_not(is_end)), MASKED_LOGIT, logits)
