"""Greedy decoding."""

from collections.abc import Callable

from keras import ops

from .decoding_loop import Decoded, decode, force_eos
from .logits_processors import LogitsProcessor


def greedy(
    step: Callable,
    logits,
    state,
    max_length: int,
    end_id: int,
    min_length: int = 0,
    no_repeat_ngram_size: int = 0,
) -> Decoded:
    """Take the likeliest token at every step.

    Args:
        step: the step function, see `textzoo.generation`.
        logits: float `[b, p, vocab]`, of the first token.
        state: nest of tensors `[b, p, ...]` before the first token.
        max_length: int. Tokens at most; then the stream is ended.
        end_id: int. The token that ends a stream.
        min_length: int. Tokens before the end is allowed.
        no_repeat_ngram_size: int. No n-gram of this size twice in a stream; 0: off.

    Returns:
        `Decoded`.

    Raises:
        ValueError: a setting is out of its range, or `min_length` above `max_length`.

    Example, a model that writes 1, 2, 3, ... :

    >>> step = lambda tokens, index, state: (ops.one_hot(tokens + 1, 6), state)
    >>> greedy(step, ops.one_hot([[1]], 6), (), max_length=9, end_id=5).tokens[0, 0].numpy()
    array([1, 2, 3, 4, 5, 0, 0, 0, 0, 0], dtype=int32)
    """
    penalties = LogitsProcessor(end_id, min_length, no_repeat_ngram_size)
    penalties.check(max_length)

    def choose(logits, index, tokens, choice_state):
        logits = force_eos(penalties(logits, tokens, index), end_id, index == max_length)
        return ops.argmax(logits, axis=-1), choice_state

    return decode(step, logits, state, choose, (), max_length, end_id)
