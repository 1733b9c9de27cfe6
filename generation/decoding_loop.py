"""The loop of greedy search and sampling: writes token after token until all streams have ended."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from .gather import gather


class Decoded(NamedTuple):
    """Decoded streams.

    Attributes:
        tokens: int32 `[b, p, max_length + 1]`, the end token included, zeros after it.
        lengths: int32 `[b, p]`, tokens without the end token.
        log_probs: float32 `[b, p]`, the step function's own log-probability of all tokens and the end token.
    """

    tokens: Any
    lengths: Any
    log_probs: Any


def decoding_loop(
    step: Callable, logits, state, choose: Callable, choice_state, max_length: int, end_id: int
) -> Decoded:
    """Writes the tokens that `choose` selects until every stream has ended.

    Args:
        step, logits, state, max_length, end_id: see `textzoo.generation`.
        choose: `(logits, index, tokens, choice_state) -> (token [b, p], choice_state)`. At `index == max_length` it
            must return the end token.
        choice_state: nest of tensors, the initial state of `choose`.

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
    empty = ops.zeros((b, p, max_length + 1), "int32"), ops.zeros((b, p)), ops.zeros((b, p), "bool")
    tokens, log_probs, finished, token, choice_state = write(start, *empty, logits, choice_state)
    loop_state = (start, tokens, log_probs, finished, token, state, choice_state)
    _, tokens, log_probs, *_ = ops.while_loop(unfinished, body, loop_state, maximum_iterations=max_length)
    is_end = ops.cast(tokens == end_id, "int32")
    return Decoded(tokens, ops.argmax(is_end, axis=-1), log_probs)
