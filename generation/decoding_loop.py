"""The loop of greedy search and sampling: writes token after token until all streams have ended."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops

from ..data.decoding_results import Decoded
from .gather import gather


class _Loop(NamedTuple):
    """State of the loop after a token was written into slot `index`.

    Attributes:
        index: int32 scalar.
        tokens: int32 `[b, p, slots]`.
        log_probs: float32 `[b, p]`, sums of the log-probabilities of the tokens.
        finished: bool `[b, p]`, whether the stream has ended.
        token: int32 `[b, p]`, tokens in slot `index`.
        state: state of the step function.
        choice_state: state of `choose`.
    """

    index: Any
    tokens: Any
    log_probs: Any
    finished: Any
    token: Any
    state: Any
    choice_state: Any


def decoding_loop(
    step: Callable, logits, *, state, choose: Callable, choice_state, max_length: int, end_id: int
) -> Decoded:
    """Writes the tokens that `choose` selects until every stream has ended.

    Args:
        step, logits, state, max_length, end_id: see `textzoo.generation`.
        choose: `choose(logits, tokens, index=index, choice_state=choice_state) -> (token [b, p], choice_state)`. At
            `index == max_length` it must return the end token.
        choice_state: nest of tensors, the initial state of `choose`.

    Returns:
        `Decoded`.

    Example: see `greedy`.
    """
    b, p = ops.shape(logits)[:2]
    slots = ops.arange(max_length + 1)

    def write(loop, logits):
        token, choice_state = choose(logits, loop.tokens, index=loop.index, choice_state=loop.choice_state)
        token = ops.where(loop.finished, 0, ops.cast(token, "int32"))
        tokens = ops.where(slots == loop.index, token[..., None], loop.tokens)
        logits = ops.cast(logits, "float32")
        log_prob = gather(logits, token[..., None])[..., 0] - ops.logsumexp(logits, axis=-1)
        return loop._replace(
            tokens=tokens,
            log_probs=loop.log_probs + ops.where(loop.finished, 0.0, log_prob),
            finished=ops.logical_or(loop.finished, token == end_id),
            token=token,
            choice_state=choice_state,
        )

    def unfinished(loop):
        return ops.logical_not(ops.all(loop.finished))

    def body(loop):
        logits, state = step(loop.token, index=loop.index, state=loop.state)
        return (write(loop._replace(index=loop.index + 1, state=state), logits),)

    loop = _Loop(
        index=ops.zeros((), "int32"),
        tokens=ops.zeros((b, p, max_length + 1), "int32"),
        log_probs=ops.zeros((b, p)),
        finished=ops.zeros((b, p), "bool"),
        token=None,
        state=state,
        choice_state=choice_state,
    )
    (loop,) = ops.while_loop(unfinished, body, (write(loop, logits),), maximum_iterations=max_length)
    is_end = ops.cast(loop.tokens == end_id, "int32")
    return Decoded(tokens=loop.tokens, lengths=ops.argmax(is_end, axis=-1), log_probs=loop.log_probs)
