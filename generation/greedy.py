"""Greedy search."""

from collections.abc import Callable

from keras import ops

from .decoding_loop import Decoded, decoding_loop
from .logits_processors import LogitsProcessor, force_eos


def greedy(
    step: Callable,
    logits,
    state,
    max_length: int,
    end_id: int,
    min_length: int = 0,
    no_repeat_ngram_size: int = 0,
) -> Decoded:
    """Writes the most probable token at every step.

    Args:
        step, logits, state, max_length, end_id, min_length, no_repeat_ngram_size: see `textzoo.generation`.

    Returns:
        `Decoded`.

    Raises:
        ValueError: `min_length` or `no_repeat_ngram_size` is negative, or `min_length` exceeds `max_length`.

    Example, a model that writes 1, 2, 3, ... :

    >>> step = lambda tokens, index, state: (ops.one_hot(tokens + 1, 6), state)
    >>> greedy(step, ops.one_hot([[1]], 6), (), max_length=9, end_id=5).tokens[0, 0].numpy()
    array([1, 2, 3, 4, 5, 0, 0, 0, 0, 0], dtype=int32)
    """
    processor = LogitsProcessor(end_id, min_length, no_repeat_ngram_size)
    processor.check(max_length)

    def choose(logits, index, tokens, choice_state):
        logits = force_eos(processor(logits, tokens, index), end_id, index == max_length)
        return ops.argmax(logits, axis=-1), choice_state

    return decoding_loop(step, logits, state, choose, (), max_length, end_id)
